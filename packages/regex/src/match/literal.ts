import { refuseSpans } from './constant.ts';
import type { LoadedProgram, ProgramInfo } from './loaded-program.ts';
import type { Sieve } from './sieve.ts';
import { commonPrefix, hasPrefix } from './strings.ts';

type LiteralEngine = 'set' | 'prefix' | 'suffix' | 'contains';

/** Compares with constant strings, which engines do faster than any automaton. */
export class LiteralMatcher implements LoadedProgram {
  readonly info: ProgramInfo;
  readonly test: (text: string) => boolean;
  private readonly strings: readonly string[];
  private readonly engine: LiteralEngine;

  constructor(engine: LiteralEngine, strings: readonly string[]) {
    this.engine = engine;
    this.strings = strings;
    const { length } = strings;
    const why = `only compares with ${length === 1 ? 'a constant string' : `${length} constant strings`}`;
    this.info = { use: 'match', engine, why, matchesEmpty: strings.includes('') };
    this.test = createTest(engine, strings);
  }

  testClean(text: string, sieve: Sieve): boolean {
    return this.test(text) && sieve.isClean(text);
  }

  findAll(_text: string): never {
    return refuseSpans();
  }

  longestViablePrefix(text: string): number {
    if (this.engine === 'suffix' || this.engine === 'contains' || this.test(text)) return text.length;
    return this.strings.reduce((most, each) => Math.max(most, commonPrefix(each, text)), 0);
  }
}

function createTest(engine: LiteralEngine, strings: readonly string[]): (text: string) => boolean {
  const [only = ''] = strings;
  const single = strings.length === 1;
  switch (engine) {
    case 'set': {
      if (single) return (text) => text === only;
      const members = new Set(strings);
      const longest = strings.reduce((most, each) => Math.max(most, each.length), 0);
      // A set hashes the whole text first: not where it is too long to be a member.
      return (text) => text.length <= longest && members.has(text);
    }
    case 'prefix':
      return single
        ? (text) => hasPrefix(text, only)
        : (text) => {
            for (const each of strings) if (hasPrefix(text, each)) return true;
            return false;
          };
    case 'suffix':
      return single
        ? (text) => text.endsWith(only)
        : (text) => {
            for (const each of strings) if (text.endsWith(each)) return true;
            return false;
          };
    case 'contains':
      return single
        ? (text) => text.includes(only)
        : (text) => {
            for (const each of strings) if (text.includes(each)) return true;
            return false;
          };
  }
}
