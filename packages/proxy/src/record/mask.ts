import type { Scanner } from '@agentpolicy/engine';

/** A text in which secrets were replaced. */
export interface MaskedText {
  readonly text: string;
  /** How often each pattern was found, by its name. */
  readonly counts: ReadonlyMap<string, number>;
  /** The secrets gave way to texts that the same patterns match: whoever looks only at their shape sees no difference. */
  readonly keepsShape: boolean;
}

/** Replaces what the patterns find; null where they find nothing. */
export type Mask = (text: string) => MaskedText | null;

const MARKER = '[REDACTED:';

/** A secret starts with something that names its kind (`ghp_`, `AKIA`); more than that is not kept of it. */
const MAX_KEPT = 16;

const MAX_KEPT_OF_PART = 4;

/** So many characters of a secret are replaced at least, where some of it is kept. */
const MIN_HIDDEN = 8;

/** Beyond this, a text with several matches is not searched for where each of them stood. */
const MAX_ALIGNED = 1 << 20;

/**
 * Replaces secrets by texts of the same shape: letters become `x` or `X`, digits `0`, and the rest stays, with
 * as much of the beginning as the pattern needs to match again. Where no such text is found, a match becomes
 * `[REDACTED:<name>]`, as the scanner has it.
 */
export function createMask(scanner: Scanner): Mask {
  return (value) => {
    const scan = scanner.scanText(value);
    if (scan.events.length === 0) return null;
    const counts = new Map(scan.events.map(({ rule, count }) => [rule, count]));
    const shaped = keepShape(scanner, value, scan.text, [...counts.keys()]);
    return { text: shaped ?? scan.text, counts, keepsShape: shaped !== null };
  };
}

/** The masked text that the scanner finds the same in as in the value; null where there is none. */
function keepShape(
  scanner: Scanner,
  value: string,
  redacted: string,
  names: readonly string[],
): string | null {
  // What looks like a marker already can't be told from one.
  if (value.includes(MARKER) || names.some((name) => scanner.scanText(markerOf(name)).events.length > 0))
    return null;
  const parts = splitAtMarkers(redacted, names);
  const secrets = parts === null ? null : align(value, parts.texts);
  if (parts === null || secrets === null) return null;
  let masked = parts.texts[0] ?? '';
  for (const [index, secret] of secrets.entries()) {
    const fake = imitate(scanner, secret, markerOf(parts.names[index] ?? ''));
    if (fake === null) return null;
    masked += fake + (parts.texts[index + 1] ?? '');
  }
  return scanner.scanText(masked).text === redacted ? masked : null;
}

function markerOf(name: string): string {
  return `${MARKER}${name}]`;
}

interface Parts {
  /** What stands before, between and behind the markers. */
  readonly texts: readonly string[];
  /** The pattern of each marker. */
  readonly names: readonly string[];
}

/** Null where a marker is none of a plain match, as one for an encoded secret: that has no shape to keep. */
function splitAtMarkers(redacted: string, names: readonly string[]): Parts | null {
  const texts: string[] = [];
  const found: string[] = [];
  let from = 0;
  for (let at = redacted.indexOf(MARKER); at !== -1; at = redacted.indexOf(MARKER, from)) {
    const name = names.find((each) => redacted.startsWith(markerOf(each), at));
    if (name === undefined) return null;
    texts.push(redacted.slice(from, at));
    found.push(name);
    from = at + markerOf(name).length;
  }
  texts.push(redacted.slice(from));
  return { texts, names: found };
}

/**
 * What of the value stood where the markers are. Null where the texts between them fit in more than one way:
 * then a part of a secret could be taken for text.
 */
function align(value: string, texts: readonly string[]): readonly string[] | null {
  const first = texts[0] ?? '';
  const last = texts.at(-1) ?? '';
  const inner = texts.slice(1, -1);
  const end = value.length - last.length;
  if (!value.startsWith(first) || !value.endsWith(last) || end < first.length) return null;
  if (inner.length > 0 && value.length > MAX_ALIGNED) return null;
  const secrets: string[] = [];
  let left = first.length;
  const starts: number[] = [];
  for (const text of inner) {
    // A secret has one character at least; an empty text between two of them could stand anywhere.
    const at = text === '' ? -1 : value.indexOf(text, left + 1);
    if (at === -1 || at + text.length > end) return null;
    starts.push(at);
    secrets.push(value.slice(left, at));
    left = at + text.length;
  }
  secrets.push(value.slice(left, end));
  let right = end;
  for (let index = inner.length - 1; index >= 0; index--) {
    const text = inner[index] ?? '';
    const at = value.lastIndexOf(text, right - 1 - text.length);
    if (at !== starts[index]) return null;
    right = at;
  }
  return secrets;
}

/** A text that is no secret and that the scanner takes for one, whole; null where none is found. */
function imitate(scanner: Scanner, secret: string, marker: string): string | null {
  for (const candidate of listImitations(secret)) {
    if (isHarmless(candidate, secret) && scanner.scanText(candidate).text === marker) return candidate;
  }
  return null;
}

/** A secret that is masked already may stay as it is; one without letters and digits can't be masked at all. */
function isHarmless(candidate: string, secret: string): boolean {
  return candidate !== secret || (secret.match(/[xX0]/g)?.length ?? 0) >= MIN_HIDDEN;
}

function* listImitations(secret: string): Generator<string> {
  const parts = secret.split('.');
  const most = Math.min(MAX_KEPT, secret.length - MIN_HIDDEN);
  yield hide(secret);
  for (let kept = 1; kept <= most; kept++) {
    yield keepStart(secret, kept);
    // A token of several parts (a JSON Web Token) names its kind at the start of each.
    if (kept <= MAX_KEPT_OF_PART && parts.length > 1 && kept * parts.length <= secret.length - MIN_HIDDEN)
      yield parts.map((part) => keepStart(part, kept)).join('.');
  }
}

function keepStart(text: string, kept: number): string {
  return text.slice(0, kept) + hide(text.slice(kept));
}

function hide(text: string): string {
  return text
    .replace(/\p{Lu}/gu, 'X')
    .replace(/[\p{L}\p{M}]/gu, (letter) => (letter === 'X' ? 'X' : 'x'))
    .replace(/\p{N}/gu, '0');
}
