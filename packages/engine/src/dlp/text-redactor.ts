import { createRedactor, type LoadedProgram, type Redactor, RegexError } from '@agentpolicy/regex/match';
import { EngineError } from '../engine-error.ts';
import { decodeRun } from './decode-run.ts';
import { type EncodedRun, findEncodedRuns } from './encoded-runs.ts';

/** A DLP pattern that is ready to run. Its program is for spans. */
export interface ScannerPattern {
  readonly name: string;
  readonly program: LoadedProgram;
}

/** Redacts one text. */
export interface TextRedactor {
  /**
   * The text without what matches; null where nothing does. Adds the number of matches to `counts`, which has
   * one entry a pattern. What would grow past every bound, or past its share (`mayGrow` is false), is replaced
   * as a whole.
   */
  redact(text: string, counts: number[], mayGrow: boolean): string | null;
}

/** Text that was encoded several times is decoded so often. */
const MAX_LAYERS = 3;

/**
 * Makes a redactor of patterns in the policy's order: their matches in the text first, then, where asked for,
 * encoded runs in what is left.
 * @throws EngineError `bad-program` where a program can't find spans.
 */
export function createTextRedactor(
  patterns: readonly ScannerPattern[],
  detectEncoding: boolean,
): TextRedactor {
  try {
    return new PatternRedactor(patterns, detectEncoding);
  } catch (failure) {
    if (!(failure instanceof RegexError)) throw failure;
    throw new EngineError('bad-program', `the table's data loss prevention can't run: ${failure.message}`);
  }
}

interface Hit {
  readonly start: number;
  readonly end: number;
  /** Index of the first pattern, in the policy's order, that the decoded text matches. */
  readonly pattern: number;
}

class PatternRedactor implements TextRedactor {
  private readonly patterns: readonly ScannerPattern[];
  private readonly detectEncoding: boolean;
  private readonly redactor: Redactor;

  constructor(patterns: readonly ScannerPattern[], detectEncoding: boolean) {
    this.patterns = patterns;
    this.detectEncoding = detectEncoding;
    this.redactor = createRedactor(patterns);
  }

  redact(text: string, counts: number[], mayGrow: boolean): string | null {
    const plain = this.redactPlain(text, counts, mayGrow);
    return this.detectEncoding ? (this.redactEncoded(plain ?? text, counts) ?? plain) : plain;
  }

  private redactPlain(text: string, counts: number[], mayGrow: boolean): string | null {
    if (!this.redactor.mightMatch(text)) return null;
    if (!mayGrow) return this.replaceWhole(text, counts);
    try {
      const redaction = this.redactor.redact(text);
      return this.addCounts(redaction.counts, counts) ? redaction.text : null;
    } catch (failure) {
      if (failure instanceof RegexError && failure.code === 'redaction-too-large')
        return this.replaceWhole(text, counts);
      throw failure;
    }
  }

  /** Replaces every run whose decoded text matches; overlapping ones become one. */
  private redactEncoded(text: string, counts: number[]): string | null {
    const hits: Hit[] = [];
    for (const run of findEncodedRuns(text)) {
      const pattern = this.findInRun(text, run, 1);
      if (pattern !== -1) hits.push({ start: run.start, end: run.end, pattern });
    }
    if (hits.length === 0) return null;
    let out = '';
    let last = 0;
    for (const { start, end, pattern } of joinOverlaps(hits)) {
      out += `${text.slice(last, start)}[REDACTED:${this.countOne(pattern, counts)}:encoded]`;
      last = end;
    }
    return out + text.slice(last);
  }

  private findInRun(text: string, run: EncodedRun, layer: number): number {
    for (const reading of decodeRun(text, run)) {
      const found = this.findInReading(reading, layer);
      if (found !== -1) return found;
    }
    return -1;
  }

  private findInReading(reading: string, layer: number): number {
    const found = this.findFirst(reading);
    if (found !== -1 || layer === MAX_LAYERS) return found;
    for (const run of findEncodedRuns(reading)) {
      const inside = this.findInRun(reading, run, layer + 1);
      if (inside !== -1) return inside;
    }
    return -1;
  }

  /** Index of the first pattern that matches; -1 where none does. */
  private findFirst(text: string): number {
    if (!this.redactor.mightMatch(text)) return -1;
    return this.patterns.findIndex(({ program }) => program.test(text));
  }

  private replaceWhole(text: string, counts: number[]): string | null {
    const pattern = this.findFirst(text);
    if (pattern === -1) return null;
    return `[REDACTED:${this.countOne(pattern, counts)}]`;
  }

  /** Counts one match and gives the name of its pattern. */
  private countOne(pattern: number, counts: number[]): string {
    counts[pattern] = (counts[pattern] ?? 0) + 1;
    return this.patterns[pattern]?.name ?? '';
  }

  /** Whether there was anything to add. */
  private addCounts(found: readonly number[], counts: number[]): boolean {
    let any = false;
    found.forEach((count, pattern) => {
      if (count === 0) return;
      any = true;
      counts[pattern] = (counts[pattern] ?? 0) + count;
    });
    return any;
  }
}

function joinOverlaps(hits: readonly Hit[]): readonly Hit[] {
  const sorted = [...hits].sort((a, b) => a.start - b.start || a.end - b.end);
  const joined: Hit[] = [];
  for (const hit of sorted) {
    const last = joined.at(-1);
    if (last === undefined || hit.start >= last.end) {
      joined.push(hit);
      continue;
    }
    const end = Math.max(last.end, hit.end);
    joined[joined.length - 1] = { start: last.start, end, pattern: Math.min(last.pattern, hit.pattern) };
  }
  return joined;
}
