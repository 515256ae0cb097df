import { type Message, readMessage } from '@agentpolicy/message';
import { parseTimestamp } from '../time/parse-timestamp.ts';
import type { TraceEntry } from './read-trace-line.ts';

/** A line of a trace with the message in it read. */
export interface UsualLine {
  readonly entry: Extract<TraceEntry, { readonly kind: 'message' }>;
  readonly message: Message;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;

/** The members of an envelope that a recorder writes; each stands for a bit. */
const KEYS = ['session_id', 'server_label', 'seq', 'ts', 'direction', 'transport', 'conn_id', 'raw'];

/**
 * Reads a line as recorders write it, in one pass: an envelope of short strings and numbers without white space, the
 * message last. Undefined for every other line, which `readTraceLine` has to look at; what is read here it would
 * read in the same way. Most lines of a long trace come through here.
 */
export function readUsualLine(line: string): UsualLine | undefined {
  if (line.charCodeAt(0) !== 0x7b) return undefined;
  let session = '';
  let exchange: string | null = null;
  let from: 'client' | 'server' | undefined;
  let time: number | null = null;
  let seen = 0;
  let at = 1;
  let key = -1;
  for (;;) {
    key = findKey(line, at, key + 1);
    const bit = 1 << key;
    if (key === -1 || (seen & bit) !== 0) return undefined;
    seen |= bit;
    at += (KEYS[key]?.length ?? 0) + 3;
    if (key === 7) break;
    const end = skipSimple(line, at);
    if (end === -1 || line.charCodeAt(end) !== COMMA) return undefined;
    if (line.charCodeAt(at) !== QUOTE) {
      if (key !== 2) return undefined;
    } else if (key === 0) session = line.slice(at + 1, end - 1);
    else if (key === 3) {
      const read = parseTimestamp(line.slice(at + 1, end - 1));
      if (read === undefined) return undefined;
      time = read;
    } else if (key === 4) {
      from = readDirection(line, at, end);
      if (from === undefined) return undefined;
    } else if (key === 6) exchange = line.slice(at + 1, end - 1);
    at = end + 1;
  }
  if (from === undefined || line.charCodeAt(line.length - 1) !== 0x7d) return undefined;
  // If what stands before the last brace is one JSON value, nothing but the end of the envelope follows it.
  const text = line.slice(at, -1);
  const message = readMessage(text, from);
  if (message.kind === 'invalid') return undefined;
  return { entry: { kind: 'message', from, text, session, exchange, time, expect: null }, message };
}

/**
 * Which key stands at `at` with its colon; -1 where it is none of the known ones. Recorders write them in one order, so
 * that the search starts at the one that follows.
 */
function findKey(line: string, at: number, next: number): number {
  if (line.charCodeAt(at) !== QUOTE) return -1;
  for (let tries = 0; tries < KEYS.length; tries++) {
    const key = (next + tries) % KEYS.length;
    const name = KEYS[key] ?? '';
    const end = at + 1 + name.length;
    if (line.charCodeAt(end) === QUOTE && line.charCodeAt(end + 1) === COLON && line.startsWith(name, at + 1))
      return key;
  }
  return -1;
}

/** Behind a string without escapes, or a whole number, that starts at `from`; -1 where it is neither. */
function skipSimple(line: string, from: number): number {
  let at = from;
  let code = line.charCodeAt(at);
  if (code === QUOTE) {
    for (;;) {
      code = line.charCodeAt(++at);
      if (code === QUOTE) return at + 1;
      if (code === BACKSLASH || !(code >= 0x20)) return -1;
    }
  }
  if (code < 0x31) return -1;
  while (code >= 0x30 && code <= 0x39) code = line.charCodeAt(++at);
  return at - from > 0 && at - from < 16 ? at : -1;
}

function readDirection(line: string, at: number, end: number): 'client' | 'server' | undefined {
  if (end - at !== 5) return undefined;
  if (line.startsWith('"c2s"', at)) return 'client';
  return line.startsWith('"s2c"', at) ? 'server' : undefined;
}
