import type { JsonObject, TableRow } from '@agentpolicy/core';
import type { LoadedProgram, Sieve } from '@agentpolicy/regex/match';
import type { LoadedPattern } from './argument-check.ts';

/**
 * True only for arguments in which the path guard finds nothing and which the argument check lets pass; false
 * says nothing.
 */
export type QuickPass = (args: JsonObject) => boolean;

const NEVER: QuickPass = () => false;
/** One bit for each constrained argument. */
const MAX_CONSTRAINED = 30;

/**
 * Reads the constrained arguments once for both questions, where all are strings: the usual call is decided so.
 * What it does not let pass is judged as it is written, in full and in order. `sieve` is the path guard's.
 */
export function createQuickPass(row: TableRow, patterns: readonly LoadedPattern[], sieve: Sieve): QuickPass {
  const places = new Map<string, number>();
  const programs: LoadedProgram[] = [];
  for (const { name, pattern } of row.args) {
    const program = patterns[pattern]?.program;
    if (program === undefined || places.has(name) || !sieve.isClean(name)) return NEVER;
    places.set(name, programs.push(program) - 1);
  }
  const count = programs.length;
  if (count === 0 || count > MAX_CONSTRAINED) return NEVER;
  const all = (1 << count) - 1;
  const { strict } = row;

  return ({ members }) => {
    let passed = 0;
    for (const { key, value } of members) {
      const place = places.get(key);
      if (place !== undefined) {
        if (value.kind !== 'string' || programs[place]?.testClean(value.value, sieve) !== true) return false;
        passed |= 1 << place;
      } else if (strict || !sieve.isClean(key)) {
        return false;
      } else if (value.kind === 'string') {
        if (!sieve.isClean(value.value)) return false;
      } else if (value.kind === 'array' || value.kind === 'object') {
        return false;
      }
    }
    return passed === all;
  };
}
