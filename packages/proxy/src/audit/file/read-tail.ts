import { fstatSync, readSync } from 'node:fs';
import { type Head, hashLine, NO_HEAD, readSealed, type SealedRecord } from '../chain/link.ts';
import { isTornLine, type Torn, TornBytes } from '../chain/torn.ts';

const LINE_FEED = 0x0a;
const FIRST_WINDOW = 64 * 1024;
/** A record is never this long. */
const LARGEST_WINDOW = 256 * 1024 * 1024;

/** How a file ends, as far as a writer has to know. */
export interface Tail {
  readonly head: Head;
  /** Bytes behind the last record that are none, with the line feed that is to end them. */
  readonly torn: Torn | null;
  /** The file's last byte is no line feed. */
  readonly open: boolean;
  /** The `event` of the last record. */
  readonly event: string | null;
}

export type TailResult =
  | { readonly ok: true; readonly tail: Tail; readonly size: number }
  | { readonly ok: false; readonly problem: string };

const EMPTY: Tail = { head: NO_HEAD, torn: null, open: false, event: null };

/**
 * Reads the end of an audit log: its last record, held against the one before, and what a broken write left
 * behind it. A file that ends in something else is not continued.
 */
export function readTail(descriptor: number): TailResult {
  const { size } = fstatSync(descriptor);
  if (size === 0) return { ok: true, tail: EMPTY, size };
  for (let window = FIRST_WINDOW; window <= LARGEST_WINDOW; window *= 4) {
    const from = Math.max(0, size - window);
    const bytes = readBytes(descriptor, from, size - from);
    const start = from === 0 ? 0 : bytes.indexOf(LINE_FEED) + 1;
    const result = start > 0 || from === 0 ? judgeTail(bytes.subarray(start), from === 0) : null;
    if (result !== null) return result.ok ? { ...result, size } : result;
  }
  return { ok: false, problem: 'its last line is too long to be a record' };
}

interface Line {
  readonly bytes: Uint8Array;
  readonly ended: boolean;
  readonly record: SealedRecord | null;
}

type Judged =
  | { readonly ok: true; readonly tail: Tail }
  | { readonly ok: false; readonly problem: string }
  /** More of the file has to be seen. */
  | null;

function judgeTail(bytes: Buffer, whole: boolean): Judged {
  const lines = splitLines(bytes);
  const lastAt = lines.findLastIndex((line) => line.record !== null);
  const last = lines[lastAt];
  if (lastAt <= 0 && !whole) return null;
  const torn = new TornBytes();
  for (const line of lines.slice(lastAt + 1)) {
    if (!isTornLine(Buffer.from(line.bytes).toString('utf8')))
      return { ok: false, problem: 'it does not end with a record of an audit log' };
    torn.add(line.bytes);
    torn.add(Buffer.from('\n'));
  }
  const open = lines.at(-1)?.ended === false;
  if (last?.record == null) return { ok: true, tail: { ...EMPTY, torn: torn.sum(), open } };
  const before = lines[lastAt - 1];
  if (before?.record != null && hashLine(before.bytes) !== last.record.link.prev)
    return { ok: false, problem: 'its last two records do not belong together' };
  const { event } = last.record.members;
  return {
    ok: true,
    tail: {
      head: { seq: last.record.link.seq, hash: hashLine(last.bytes) },
      torn: torn.sum(),
      open,
      event: typeof event === 'string' ? event : null,
    },
  };
}

function splitLines(bytes: Buffer): readonly Line[] {
  const lines: Line[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(LINE_FEED, at);
    const line = bytes.subarray(at, end < 0 ? bytes.length : end);
    lines.push({ bytes: line, ended: end >= 0, record: readSealed(line.toString('utf8')) });
    at = end < 0 ? bytes.length : end + 1;
  }
  return lines;
}

function readBytes(descriptor: number, from: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const read = readSync(descriptor, bytes, at, length - at, from + at);
    if (read === 0) return bytes.subarray(0, at);
    at += read;
  }
  return bytes;
}
