import { isAscii } from 'node:buffer';
import { checkLimit } from '../errors/check-limit.ts';
import { createHeldBytes, type HeldBytes } from './held-bytes.ts';
import { createOverlongLine, OUTLINE_BYTES, type OverlongLine } from './overlong-line.ts';

/** The longest line that a reader can be told to take, in bytes: a longer one might not fit a string. */
export const MAX_LINE_BYTES = 256 * 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/** One line of a byte stream. `bytes` counts the line without its end (LF, or CR and LF). */
export type LineEvent =
  | { readonly kind: 'line'; readonly text: string; readonly bytes: number }
  /** Longer than the limit: only its first and last bytes were kept, read leniently. */
  | { readonly kind: 'too-long'; readonly bytes: number; readonly head: string; readonly tail: string }
  /** Not UTF-8; `text` has U+FFFD where it is damaged, for people and for finding an id. */
  | { readonly kind: 'invalid-utf8'; readonly text: string; readonly bytes: number };

export interface LineReaderOptions {
  /** The longest line in bytes, without its end; at most MAX_LINE_BYTES. */
  readonly maxBytes: number;
}

export interface LineReader {
  /** Takes the next bytes, cut anywhere, and gives the lines that they complete. The bytes are not kept. */
  push(chunk: Uint8Array): readonly LineEvent[];
  /** The stream ended: a last line without a line feed counts. */
  end(): readonly LineEvent[];
}

/** Reads UTF-8 strictly; a byte order mark stays in the text, where the JSON reader refuses it. */
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenientDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** What came of a line whose end has not come yet. */
class PendingLine {
  private readonly held: HeldBytes;
  private overlong: OverlongLine | undefined;
  private readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
    this.held = createHeldBytes(maxBytes + 1);
  }

  get isEmpty(): boolean {
    return this.held.length === 0 && this.overlong === undefined;
  }

  append(part: Buffer): void {
    // One byte more than the limit is kept, since it can be the CR of the line's end.
    if (this.overlong === undefined && this.held.length + part.length > this.maxBytes + 1) {
      this.overlong = createOverlongLine();
      this.overlong.append(this.held.view());
      this.held.clear();
    }
    if (this.overlong === undefined) this.held.append(part);
    else this.overlong.append(part);
  }

  /** Gives the line and starts over. `closed` tells that a LF ended it, so that a CR before belongs to the end. */
  take(closed: boolean): LineEvent | undefined {
    const { overlong } = this;
    this.overlong = undefined;
    if (overlong === undefined) {
      const event = readLine(this.held.view(), this.maxBytes, closed);
      this.held.clear();
      return event;
    }
    const bytes = overlong.bytes - (closed && overlong.last === CR ? 1 : 0);
    const { head, tail } = overlong.ends(bytes);
    return tooLong(bytes, head, tail);
  }
}

/** White space alone is no message: some writers send an empty line as a sign of life or behind a message. */
function isBlank(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x09 && code !== CR) return false;
  }
  return true;
}

function decodeLine(bytes: Buffer): LineEvent | undefined {
  let text: string;
  try {
    text = strictDecoder.decode(bytes);
  } catch {
    return { kind: 'invalid-utf8', text: lenientDecoder.decode(bytes), bytes: bytes.length };
  }
  return isBlank(text) ? undefined : { kind: 'line', text, bytes: bytes.length };
}

/** Makes the event of one whole line; undefined for a blank one. */
function readLine(bytes: Buffer, maxBytes: number, closed: boolean): LineEvent | undefined {
  const hasCr = closed && bytes[bytes.length - 1] === CR;
  const line = hasCr ? bytes.subarray(0, -1) : bytes;
  if (line.length <= maxBytes) return decodeLine(line);
  return tooLong(line.length, line.subarray(0, OUTLINE_BYTES), line.subarray(-OUTLINE_BYTES));
}

function tooLong(bytes: number, head: Buffer, tail: Buffer): LineEvent {
  return { kind: 'too-long', bytes, head: lenientDecoder.decode(head), tail: lenientDecoder.decode(tail) };
}

/** Makes the event of a whole ASCII line inside a chunk: it needs no decoder. */
function readAsciiLine(chunk: Buffer, start: number, end: number, maxBytes: number): LineEvent | undefined {
  const stop = end > start && chunk[end - 1] === CR ? end - 1 : end;
  if (stop - start > maxBytes) return readLine(chunk.subarray(start, end), maxBytes, true);
  const text = chunk.toString('latin1', start, stop);
  return isBlank(text) ? undefined : { kind: 'line', text, bytes: stop - start };
}

/**
 * Cuts a byte stream into lines. A LF ends a line and a CR directly before it belongs to the end. Blank
 * lines carry no message and are skipped. Past the limit nothing but the first and the last KiB of a line
 * is held in memory. The lines do not depend on how the stream is cut into chunks, and the time is linear.
 * @throws MessageError `bad-limit` where `maxBytes` is no whole number from 1 to MAX_LINE_BYTES.
 */
export function createLineReader({ maxBytes }: LineReaderOptions): LineReader {
  checkLimit('the limit of a line', maxBytes, MAX_LINE_BYTES);
  const pending = new PendingLine(maxBytes);

  return {
    push(bytes) {
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const events: LineEvent[] = [];
      const ascii = isAscii(chunk);
      let start = 0;
      for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
        let event: LineEvent | undefined;
        if (!pending.isEmpty) {
          pending.append(chunk.subarray(start, end));
          event = pending.take(true);
        } else if (ascii) event = readAsciiLine(chunk, start, end, maxBytes);
        else event = readLine(chunk.subarray(start, end), maxBytes, true);
        if (event !== undefined) events.push(event);
        start = end + 1;
      }
      if (start < chunk.length) pending.append(chunk.subarray(start));
      return events;
    },
    end() {
      const event = pending.isEmpty ? undefined : pending.take(false);
      return event === undefined ? [] : [event];
    },
  };
}
