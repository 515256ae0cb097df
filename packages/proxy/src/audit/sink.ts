import type { AuditRecord } from './record.ts';

/** Why records were not written. */
export interface AuditFailure {
  readonly message: string;
}

/** Where records go. Records are written before the messages that they speak of are forwarded. */
export interface AuditSink {
  /** Writes all of the records in this order, or says why not: then no message of theirs may be forwarded. */
  append(records: readonly AuditRecord[]): AuditFailure | null;
  /** Goes on in the file that stands at the log's path now: a new one, where the old was moved away. */
  reopen(): void;
  /** Writes what is due at the end. Nothing can be written any more. */
  close(): void;
}

/** For a run without an audit log. */
export const NO_AUDIT: AuditSink = {
  append: () => null,
  reopen: () => undefined,
  close: () => undefined,
};
