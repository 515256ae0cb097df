import type {
  ForwardVerdict,
  NotificationMessage,
  RequestMessage,
  ToolCallParams,
} from '@agentpolicy/message';
import type { AuditRecord } from '../audit/record.ts';

export type Call = RequestMessage | NotificationMessage;

/** A request or notification that the protocol permits. */
export type CallVerdict = ForwardVerdict & { readonly message: Call };

export type ToolCallVerdict = CallVerdict & { readonly call: ToolCallParams };

/** What is found out about a call on its way. */
export interface Findings {
  readonly records: readonly AuditRecord[];
  readonly logs: readonly string[];
  readonly note?: string;
  readonly original?: boolean;
}

export const NO_FINDINGS: Findings = { records: [], logs: [] };
