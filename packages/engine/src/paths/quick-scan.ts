import { Sieve } from '@agentpolicy/regex/match';
import { DASH, DOLLAR, DOT, END, isBoundary, isDelimiter, PERCENT, TILDE, unitAt } from './characters.ts';
import { createPathTrie, NO_NODE, RELATIVE_ROOT } from './path-trie.ts';

const ORDINARY = 0;
/** A name may begin behind it. */
const EDGE = 1;
/** The same, and at the beginning of a word a path may begin two units later. */
const OPTION = 2;
/** The same, and it may begin a word for the home directory. */
const HOME = 3;
/** It may mean something else than itself. */
const UNREAD = 4;

/** Every two ASCII code units. */
const PAIRS = 128 * 128;

/** Rules texts out; what it can't rule out is for the readings and the walk to judge. */
export interface QuickScan {
  /** No reading of this text, as it came, can refer to a protected path. */
  isClean(text: string): boolean;
  /** The same of a single reading: every character in it stands for itself. */
  isCleanReading(reading: string): boolean;
  /** To be asked first: what it does not catch is clean as it came. */
  readonly sieve: Sieve;
}

export interface QuickScanOptions {
  /** The last name of every protected path, in canonical form. */
  readonly names: readonly string[];
  readonly foldCase: boolean;
  /** The working directory is at or below a protected path: any text may refer to it. */
  readonly always: boolean;
  /** The home directory is: a word for it is enough. */
  readonly home: boolean;
}

/**
 * One look at each character: a text refers to a protected path only where the path's last name begins at a
 * place where a name can begin, unless the path is the home or working directory or one above it.
 */
export function createQuickScan(options: QuickScanOptions): QuickScan {
  const { always, foldCase, home } = options;
  const trie = createPathTrie(
    options.names.map((name, path) => ({ segments: [name], relative: true, path })),
  );
  // Whether a name begins with these two code units; a name of one unit goes with every second.
  const pairs = new Uint8Array(PAIRS);
  for (const name of options.names) {
    for (const first of casesOf(name.charCodeAt(0), foldCase)) {
      const seconds = name.length === 1 ? ALL_ASCII : casesOf(name.charCodeAt(1), foldCase);
      for (const second of seconds) pairs[first * 128 + second] = 1;
    }
  }
  const rawKinds = ALL_ASCII.map((unit) => kindOf(unit, true));
  const readKinds = ALL_ASCII.map((unit) => kindOf(unit, false));

  const hasNameAt = (text: string, at: number): boolean => {
    const first = unitAt(text, at);
    const second = unitAt(text, at + 1);
    if (first >= 0 && first < 128 && second >= 0 && second < 128 && pairs[first * 128 + second] === 0)
      return false;
    let node = RELATIVE_ROOT;
    for (let end = at; ; end++) {
      const unit = unitAt(text, end);
      if (trie.pathAt(node) >= 0 && (isBoundary(unit) || unit === DOT || unit === DASH || unit === TILDE)) {
        return true;
      }
      if (unit === END) return false;
      node = trie.step(node, foldCase ? toLower(unit) : unit);
      if (node === NO_NODE) return false;
    }
  };

  const hasNameInOption = (text: string, from: number): boolean => {
    if (from > 0 && !isBoundary(unitAt(text, from - 1))) return false;
    if (hasNameAt(text, from + 2)) return true;
    let at = from + 1;
    while (!isBoundary(unitAt(text, at)) && unitAt(text, at) !== DOT) at++;
    return hasNameAt(text, at);
  };

  /** What an edge brings: whether the text can refer to something there. */
  const isFreeAt = (text: string, at: number, kind: number | undefined): boolean => {
    if (kind === UNREAD || (kind === HOME && home) || hasNameAt(text, at + 1)) return false;
    return kind !== OPTION || !hasNameInOption(text, at);
  };

  // The pairs are looked at here, too: for usual texts this loop is all that happens.
  const isFree = (text: string, kinds: Uint8Array, raw: boolean): boolean => {
    if (always || hasNameAt(text, 0)) return false;
    const last = text.length - 1;
    for (let at = 0; at <= last; at++) {
      const unit = text.charCodeAt(at);
      const kind = unit < 128 ? kinds[unit] : kindBeyondAscii(unit, raw);
      if (kind === ORDINARY) continue;
      if (kind === EDGE && at + 2 <= last) {
        const pair = (text.charCodeAt(at + 1) << 7) | text.charCodeAt(at + 2);
        if (pair < PAIRS && text.charCodeAt(at + 2) < 128 && pairs[pair] === 0) continue;
      }
      if (!isFreeAt(text, at, kind)) return false;
    }
    return true;
  };

  const sieve = createSieve(always ? null : options.names, foldCase, home);
  return {
    sieve,
    isClean: (text) => isFree(text, rawKinds, true),
    isCleanReading: (reading) => isFree(reading, readKinds, false),
  };
}

/**
 * Catches ASCII texts in which a name may begin with what one of `names` begins with, or that hold what needs
 * reading; all texts where `names` is null. Words that look like options are left to the closer look.
 */
export function createSieve(names: readonly string[] | null, foldCase: boolean, home: boolean): Sieve {
  const words = (names ?? ['']).map((name) =>
    Array.from(name.slice(0, 3), (_, at) => casesOf(name.charCodeAt(at), foldCase)),
  );
  return new Sieve({
    words: [...words, [[DASH]]],
    isEdge: (unit) => kindOf(unit, true) !== ORDINARY,
    isStop: (unit) => kindOf(unit, true) === UNREAD || (home && kindOf(unit, true) === HOME),
  });
}

const ALL_ASCII = Uint8Array.from({ length: 128 }, (_, unit) => unit);

function kindOf(unit: number, raw: boolean): number {
  if (raw && '%\\\'"`^'.includes(String.fromCharCode(unit))) return UNREAD;
  if (unit === TILDE || unit === DOLLAR || unit === PERCENT) return HOME;
  if (unit === DASH) return OPTION;
  return isBoundary(unit) ? EDGE : ORDINARY;
}

function kindBeyondAscii(unit: number, raw: boolean): number {
  if (raw) return UNREAD;
  return isDelimiter(unit) ? EDGE : ORDINARY;
}

function casesOf(unit: number, foldCase: boolean): readonly number[] {
  if (unit >= 128) return [];
  const text = String.fromCharCode(unit);
  return foldCase ? [unit, text.toUpperCase().charCodeAt(0)] : [unit];
}

function toLower(unit: number): number {
  return unit >= 0x41 && unit <= 0x5a ? unit + 0x20 : unit;
}
