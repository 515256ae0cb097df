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

/** Collects what is wrong with one text. */
export interface Findings {
  readonly size: number;
  add(finding: Finding): void;
  /** Sorted; of findings with the same code, place and message one is left. */
  list(): readonly Diagnostic[];
}

function identityOf(diagnostic: Diagnostic): string {
  const { start, end } = diagnostic.location.range;
  return `${diagnostic.code} ${start.offset} ${end.offset} ${diagnostic.message}`;
}

export function createFindings(context: FindingContext): Findings {
  const found = new Map<string, Diagnostic>();
  return {
    get size() {
      return found.size;
    },
    add({ code, message, help, pointer, span, related = [], fixes = [] }) {
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
    list: () => [...found.values()].sort(compareDiagnostics),
  };
}
