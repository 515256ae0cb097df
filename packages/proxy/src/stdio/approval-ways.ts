import {
  type ApprovalDesk,
  createApprovalDesk,
  DEFAULT_APPROVAL_TIME,
  DEFAULT_PROMPTS_PER_MINUTE,
} from '../approvals/approval-desk.ts';
import { prepareAskClient } from '../approvals/ask-client.ts';
import type { GatewayOptions } from '../gateway/gateway.ts';
import type { ProxyOptions } from './run-with-engine.ts';

/** The client itself, where the operator wants that. */
export function askClient(options: ProxyOptions): Pick<GatewayOptions, 'askClient'> {
  const { askClient: wanted, clock, approvalTime, promptsPerMinute } = options;
  if (wanted === undefined) return {};
  const open = prepareAskClient({
    ...wanted,
    clock,
    target: options.targetLabel ?? options.target.join(' '),
    timeLimit: approvalTime ?? DEFAULT_APPROVAL_TIME,
    promptsPerMinute: promptsPerMinute ?? DEFAULT_PROMPTS_PER_MINUTE,
  });
  return { askClient: open() };
}

/** Whoever else is asked; null where nobody is. */
export function openDesk(options: ProxyOptions): ApprovalDesk | null {
  const { approver, approvalTime, promptsPerMinute, clock } = options;
  if (approver === undefined) return null;
  const [policyFile] = options.policyFiles;
  return createApprovalDesk({
    approver,
    target: options.targetLabel ?? options.target.join(' '),
    ...(policyFile === undefined ? {} : { policyFile }),
    timeLimit: approvalTime ?? DEFAULT_APPROVAL_TIME,
    promptsPerMinute: promptsPerMinute ?? DEFAULT_PROMPTS_PER_MINUTE,
    clock,
  });
}
