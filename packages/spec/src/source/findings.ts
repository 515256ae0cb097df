import {
  compareDiagnostics,
  type Diagnostic,
  type Fix,
  type Range,
  type RelatedLocation,
} from '@agentpolicy/core';
import type { SpecCode } from '../spec-codes.ts';
import type { Span } from './tree.ts';

export interface Finding {
  readonly code: SpecCode;
  readonly message: string;
  readonly help: string;
  readonly pointer: string;
  readonly span: Span;
  readonly related?: readonly RelatedLocation[];
  readonly fixes?: readonly Fix[];
}

/** What turns offsets into lines and columns, and the file that they are in. */
export interface FindingContext {
  readonly file: string;
  rangeAt(start: number, end: number): Range;
}

/** So many findings of one text are kept: a file with more is no policy with mistakes. */
const MAX_FINDINGS = 1_000;

/** Collects what is wrong with one text. */
export interface Findings {
  readonly size: number;
  /** True when no more are kept: a loop over very many values can stop making them, and says how many with `omit`. */
  readonly full: boolean;
  add(finding: Finding): void;
  omit(count: number): void;
  /**
   * Sorted; of findings with the same code, place and message one is left. Where some were not kept, the last one
   * says how many.
   */
  list(): readonly Diagnostic[];
}

function identityOf(diagnostic: Diagnostic): string {
  const { start, end } = diagnostic.location.range;
  return `${diagnostic.code} ${start.offset} ${end.offset} ${diagnostic.message}`;
}

export function createFindings(context: FindingContext): Findings {
  const found = new Map<string, Diagnostic>();
  let omitted = 0;
  return {
    get size() {
      return found.size;
    },
    get full() {
      return found.size >= MAX_FINDINGS;
    },
    omit(count) {
      omitted += count;
    },
    add({ code, message, help, pointer, span, related = [], fixes = [] }) {
      if (found.size >= MAX_FINDINGS) {
        omitted++;
        return;
      }
      const diagnostic: Diagnostic = {
        code,
        severity: 'error',
        message,
        location: { file: context.file, pointer, range: context.rangeAt(span.start, span.end) },
        related,
        help,
        fixes,
      };
      const identity = identityOf(diagnostic);
      if (!found.has(identity)) found.set(identity, diagnostic);
    },
    list() {
      const sorted = [...found.values()].sort(compareDiagnostics);
      const last = sorted.at(-1);
      if (last === undefined || omitted === 0) return sorted;
      const note: Diagnostic = {
        code: 'too-many-findings' satisfies SpecCode,
        severity: 'error',
        message: `${omitted} more findings are not shown`,
        location: last.location,
        related: [],
        help: 'correct these first',
        fixes: [],
      };
      return [...sorted, note];
    },
  };
}
