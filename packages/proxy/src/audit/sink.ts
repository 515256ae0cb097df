import type { AuditRecord } from './record.ts';

/** Why records were not written. */
export interface AuditFailure {
  readonly message: string;
}

/** Where records go. Records are written before the messages that they speak of are forwarded. */
export interface AuditSink {
  /** Writes all of the records in this order, or says why not: then no message of theirs may be forwarded. */
  append(records: readonly AuditRecord[]): AuditFailure | null;
  close(): void;
}

/** For a run without an audit log. */
export const NO_AUDIT: AuditSink = {
  append: () => null,
  close: () => undefined,
};
