import {
  CoreError,
  getMember,
  type JsonNode,
  type JsonObject,
  stringOf,
  type TableArgument,
  type TableRow,
} from '@agentpolicy/core';
import type { LoadedProgram } from '@agentpolicy/regex/match';
import type { ToolReason } from '../types.ts';

/** The first argument that fails, or null. */
export type ArgumentCheck = (args: JsonObject) => ToolReason | null;

/** A pattern that is ready to run, with its text for people. */
export interface LoadedPattern {
  readonly source: string;
  readonly program: LoadedProgram;
}

const NO_CHECK: ArgumentCheck = () => null;

/**
 * VALIDATE_ARGUMENTS and the strict check (v1alpha1 §4.5, §4.3 step 6). Arguments are found by their exact
 * keys, and the first failure in the policy's order is the one that is reported.
 */
export function createArgumentCheck(row: TableRow, patterns: readonly LoadedPattern[]): ArgumentCheck {
  const constrained = row.args.flatMap((argument) => {
    const pattern = patterns[argument.pattern];
    return pattern === undefined ? [] : [{ name: argument.name, pattern }];
  });
  if (constrained.length === 0 && !row.strict) return NO_CHECK;
  const declared = new Set(row.args.map((argument: TableArgument) => argument.name));

  return (args) => {
    for (const { name, pattern } of constrained) {
      const node = getMember(args, name);
      if (node === undefined) return { kind: 'argument-missing', argument: name, pattern: pattern.source };
      const value = readValue(node);
      if (value === null) return mismatch(name, pattern, '');
      if (!pattern.program.test(value)) return mismatch(name, pattern, value);
    }
    if (row.strict) {
      for (const { key } of args.members) {
        if (!declared.has(key)) return { kind: 'argument-undeclared', argument: key };
      }
    }
    return null;
  };
}

/** STRING() of an argument; null where it is too long to be written: no pattern is asked, the call is refused. */
function readValue(node: JsonNode): string | null {
  try {
    return stringOf(node);
  } catch (failure) {
    if (failure instanceof CoreError && failure.code === 'too-long') return null;
    throw failure;
  }
}

function mismatch(argument: string, pattern: LoadedPattern, value: string): ToolReason {
  const matchedUntil = pattern.program.longestViablePrefix(value);
  return { kind: 'argument-mismatch', argument, pattern: pattern.source, value, matchedUntil };
}
