import type { Diagnostic, TablePattern, TableProgram } from '@agentpolicy/core';
import { createPatternCompiler, type PatternCompiler, parsePattern, RegexError } from '@agentpolicy/regex';
import type { PolicyDocument } from '@agentpolicy/spec';

/**
 * Collects the patterns of one policy. A text is compiled once for each use, and patterns whose programs are
 * equal (`^(GET|POST)$` and `^(?:POST|GET)$`) share one.
 */
export interface PatternPool {
  /** Index of the pattern's entry; a pattern that can't be compiled adds a finding and gets index 0. */
  add(pointer: string, source: string, use: TableProgram['use']): number;
  readonly patterns: readonly TablePattern[];
  readonly programs: readonly TableProgram[];
  readonly diagnostics: readonly Diagnostic[];
}

export function createPatternPool(document: PolicyDocument): PatternPool {
  const patterns: TablePattern[] = [];
  const programs: TableProgram[] = [];
  const diagnostics: Diagnostic[] = [];
  const compilePattern = createPatternCompiler();
  const knownPatterns = new Map<string, number>();
  const knownPrograms = new Map<string, number>();

  function addProgram(program: TableProgram): number {
    const key = JSON.stringify(program);
    const before = knownPrograms.get(key);
    if (before !== undefined) return before;
    const index = programs.push(program) - 1;
    knownPrograms.set(key, index);
    return index;
  }

  return {
    patterns,
    programs,
    diagnostics,
    add(pointer, source, use) {
      const key = `${use} ${source}`;
      const before = knownPatterns.get(key);
      if (before !== undefined) return before;
      const compiled = compile(compilePattern, document, pointer, source, use);
      if ('problem' in compiled) {
        diagnostics.push(compiled.problem);
        return 0;
      }
      const index = patterns.push({ source, program: addProgram(compiled.program) }) - 1;
      knownPatterns.set(key, index);
      return index;
    },
  };
}

function compile(
  compilePattern: PatternCompiler,
  document: PolicyDocument,
  pointer: string,
  source: string,
  use: TableProgram['use'],
): { readonly program: TableProgram } | { readonly problem: Diagnostic } {
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
    return { program: { use, code: compilePattern(parsed.pattern, { use }) } };
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
