/** Where the parts of a trace line stand, in UTF-16 offsets. */
export interface RawSpan {
  readonly start: number;
  readonly end: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const RAW_KEY = '"raw"';

/**
 * Finds the value of the member `raw` at the top level of a JSON object without reading it: the message in
 * there is judged by the reader that the proxy has, and may be anything but well-formed. Undefined where the
 * line has no such member in plain spelling, or brackets and quotes do not pair up.
 */
export function findRaw(line: string): RawSpan | undefined {
  const open = skipSpace(line, 0);
  if (line.charCodeAt(open) !== 0x7b) return undefined;
  let at = skipSpace(line, open + 1);
  while (line.charCodeAt(at) === QUOTE) {
    const keyEnd = skipString(line, at);
    if (keyEnd === -1) return undefined;
    const isRaw = keyEnd - at === RAW_KEY.length && line.startsWith(RAW_KEY, at);
    const colon = skipSpace(line, keyEnd);
    if (line.charCodeAt(colon) !== 0x3a) return undefined;
    const start = skipSpace(line, colon + 1);
    const end = skipValue(line, start);
    if (end === -1) return undefined;
    if (isRaw) return { start, end };
    at = skipSpace(line, end);
    if (line.charCodeAt(at) !== 0x2c) return undefined;
    at = skipSpace(line, at + 1);
  }
  return undefined;
}

function skipSpace(line: string, from: number): number {
  let at = from;
  for (;;) {
    const code = line.charCodeAt(at);
    if (code !== 0x20 && code !== 0x09 && code !== 0x0d && code !== 0x0a) return at;
    at++;
  }
}

/** Behind the closing quote of the string that starts at `from`; -1 where it does not end. */
function skipString(line: string, from: number): number {
  let at = line.indexOf('"', from + 1);
  while (at !== -1) {
    let backslashes = 0;
    while (line.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return at + 1;
    at = line.indexOf('"', at + 1);
  }
  return -1;
}

/** Behind the value that starts at `from`; -1 where it does not end. Counts brackets, whatever their kind. */
function skipValue(line: string, from: number): number {
  const first = line.charCodeAt(from);
  if (first === QUOTE) return skipString(line, from);
  if (first !== 0x7b && first !== 0x5b) return skipWord(line, from);
  let depth = 0;
  let at = from;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(line, at);
      if (at === -1) return -1;
      continue;
    }
    at++;
    if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) {
      depth--;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/** Behind a number or a word: up to what ends a member. */
function skipWord(line: string, from: number): number {
  let at = from;
  while (at < line.length) {
    const code = line.charCodeAt(at);
    if (code === 0x2c || code === 0x7d || code === 0x5d || code <= 0x20) break;
    at++;
  }
  return at > from ? at : -1;
}
