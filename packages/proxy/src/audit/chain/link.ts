import { hash } from 'node:crypto';

/** The hash of a record, or the place of the first record's predecessor: 64 hexadecimal digits. */
export const GENESIS = '0'.repeat(64);

/** Where a chain ends: the number of its last record and the hash of that record's line. */
export interface Head {
  /** -1 where there is no record yet. */
  readonly seq: number;
  readonly hash: string;
}

export const NO_HEAD: Head = { seq: -1, hash: GENESIS };

/** How a record is tied to the one before it. */
export interface Link {
  readonly seq: number;
  readonly prev: string;
}

/** The seal stands at the very end of a line, in this one form. */
const SEAL = /,"seq":(0|[1-9]\d{0,15}),"prev":"([0-9a-f]{64})"\}$/;
const LONGEST_SEAL = 128;

/** SHA-256 of a line's bytes as they stand in the file, without its line feed. */
export function hashLine(line: string | Uint8Array): string {
  return hash('sha256', line, 'hex');
}

/**
 * Ties a record to the head of its chain. `body` is the record as a JSON object; its line gets the members
 * `seq` and `prev` at its end.
 */
export function seal(body: string, head: Head): { readonly line: string; readonly head: Head } {
  const seq = head.seq + 1;
  const line = `${body.slice(0, -1)},"seq":${seq},"prev":"${head.hash}"}`;
  return { line, head: { seq, hash: hashLine(line) } };
}

/** A line of an audit log that has been understood. */
export interface SealedRecord {
  readonly link: Link;
  readonly members: Readonly<Record<string, unknown>>;
}

/** Reads one line; null where it is no sealed record, whole and in this form. */
export function readSealed(line: string): SealedRecord | null {
  const found = SEAL.exec(line.slice(-LONGEST_SEAL));
  if (found === null) return null;
  const [, seq, prev] = found;
  const members = parseObject(line);
  if (members === null || seq === undefined || prev === undefined) return null;
  const link = { seq: Number(seq), prev };
  return Number.isSafeInteger(link.seq) && members.seq === link.seq && members.prev === prev
    ? { link, members }
    : null;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
