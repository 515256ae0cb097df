import type { Diagnostic, TablePattern } from '@agentpolicy/core';
import { compilePattern, parsePattern, RegexError } from '@agentpolicy/regex';
import type { PolicyDocument } from '@agentpolicy/spec';

/** Collects the patterns of one policy: equal texts for one use are compiled once and share an entry. */
export interface PatternPool {
  /** Index of the pattern's entry; a pattern that can't be compiled adds a finding and gets index 0. */
  add(pointer: string, source: string, use: TablePattern['use']): number;
  readonly patterns: readonly TablePattern[];
  readonly diagnostics: readonly Diagnostic[];
}

export function createPatternPool(document: PolicyDocument): PatternPool {
  const patterns: TablePattern[] = [];
  const diagnostics: Diagnostic[] = [];
  const known = new Map<string, number>();

  return {
    patterns,
    diagnostics,
    add(pointer, source, use) {
      const key = `${use} ${source}`;
      const before = known.get(key);
      if (before !== undefined) return before;
      const compiled = compile(document, pointer, source, use);
      if ('problem' in compiled) {
        diagnostics.push(compiled.problem);
        return 0;
      }
      const index = patterns.push(compiled.pattern) - 1;
      known.set(key, index);
      return index;
    },
  };
}

function compile(
  document: PolicyDocument,
  pointer: string,
  source: string,
  use: TablePattern['use'],
): { readonly pattern: TablePattern } | { readonly problem: Diagnostic } {
  const parsed = parsePattern(source);
  if (!parsed.ok) {
    const { message, hint, start, end } = parsed.error;
    return {
      problem: {
        code: 'invalid-pattern',
        severity: 'error',
        message,
        location: document.locateInString(pointer, start, end),
        related: [],
        help: hint,
        fixes: [],
      },
    };
  }
  try {
    return { pattern: { source, use, program: compilePattern(parsed.pattern, { use }) } };
  } catch (failure) {
    if (!(failure instanceof RegexError)) throw failure;
    return {
      problem: {
        code: 'pattern-too-large',
        severity: 'error',
        message: failure.message,
        location: document.locateInString(pointer, 0, source.length),
        related: [],
        help: 'make the pattern smaller: lower its repeat counts, or split it into several rules',
        fixes: [],
      },
    };
  }
}
