/** A stretch of a text that may be encoded text: UTF-16 offsets, `end` exclusive, padding included. */
export interface EncodedRun {
  readonly start: number;
  readonly end: number;
  readonly encoding: 'base64' | 'hex';
}

/** Runs that stand for fewer bytes are too short to hold a secret. */
const MIN_BYTES = 8;
const MIN_BASE64 = Math.ceil((MIN_BYTES * 8) / 6);
const MIN_HEX = MIN_BYTES * 2;

/** `base64` breaks lines at 76 characters, PEM at 64, `xxd -p` at 60: such a line goes on in the next one. */
const MIN_WRAPPED_LINE = 60;
const MAX_PADDING = 2;

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 1 for each ASCII character of an encoding's alphabet. */
type Alphabet = Uint8Array;

const BASE64 = buildAlphabet(`${ALPHANUMERIC}+/`);
const BASE64URL = buildAlphabet(`${ALPHANUMERIC}-_`);
const HEX = buildAlphabet('0123456789abcdefABCDEF');

function buildAlphabet(characters: string): Alphabet {
  const alphabet = new Uint8Array(128);
  for (let i = 0; i < characters.length; i++) alphabet[characters.charCodeAt(i)] = 1;
  return alphabet;
}

function isIn(text: string, at: number, alphabet: Alphabet): boolean {
  if (at >= text.length) return false;
  const code = text.charCodeAt(at);
  return code < 128 && alphabet[code] === 1;
}

/**
 * Finds what may be base64, base64url or hexadecimal text: the longest runs of each alphabet, those that are
 * wrapped into lines as one. Runs of different alphabets may overlap. Time is linear in the text, and a
 * fraction of it where there are no long words.
 */
export function findEncodedRuns(text: string): readonly EncodedRun[] {
  if (text.length < MIN_BASE64) return [];
  const base64 = findRuns(text, BASE64, MIN_BASE64);
  const base64url = findRuns(text, BASE64URL, MIN_BASE64);
  const hex = findRuns(text, HEX, MIN_HEX);
  if (base64.length + base64url.length + hex.length === 0) return [];
  return [...base64, ...withoutTwins(base64url, base64), ...hex];
}

/** A run without `+`, `/`, `-` and `_` is found in both alphabets and decodes to the same in both. */
function withoutTwins(runs: readonly EncodedRun[], twins: readonly EncodedRun[]): readonly EncodedRun[] {
  let at = 0;
  return runs.filter(({ start, end }) => {
    while ((twins[at]?.start ?? start) < start) at++;
    const twin = twins[at];
    return twin?.start !== start || twin.end !== end;
  });
}

function findRuns(text: string, alphabet: Alphabet, minimum: number): readonly EncodedRun[] {
  const runs: EncodedRun[] = [];
  for (let from = 0; from + minimum <= text.length; ) {
    // A run of the minimum's length that starts here or later has this character: most text is skipped.
    const probe = from + minimum - 1;
    if (!isIn(text, probe, alphabet)) {
      from = probe + 1;
      continue;
    }
    let start = probe;
    while (start > from && isIn(text, start - 1, alphabet)) start--;
    const end = findEnd(text, start, probe + 1, alphabet);
    if (end - start < minimum) {
      from = end + 1;
      continue;
    }
    const padded = alphabet === HEX ? end : skipPadding(text, end);
    runs.push({ start, end: padded, encoding: alphabet === HEX ? 'hex' : 'base64' });
    from = padded;
  }
  return runs;
}

/** The end of the run that starts at `start` and is known to reach `known`. */
function findEnd(text: string, start: number, known: number, alphabet: Alphabet): number {
  let lineStart = start;
  let at = known;
  for (;;) {
    while (isIn(text, at, alphabet)) at++;
    if (at - lineStart < MIN_WRAPPED_LINE) return at;
    const next = skipLineBreak(text, at);
    if (next === at || !isIn(text, next, alphabet)) return at;
    lineStart = next;
    at = next;
  }
}

function skipLineBreak(text: string, at: number): number {
  const feed = text.charCodeAt(at) === 0x0d ? at + 1 : at;
  return text.charCodeAt(feed) === 0x0a ? feed + 1 : at;
}

function skipPadding(text: string, end: number): number {
  let at = end;
  while (at < end + MAX_PADDING && text.charCodeAt(at) === 0x3d) at++;
  return at;
}
