import type { LoadedProgram, ProgramInfo } from './loaded-program.ts';
import { RegexError } from './regex-error.ts';
import type { Sieve } from './sieve.ts';

export function refuseSpans(): never {
  throw new RegexError('wrong-use', 'the pattern was compiled for matching, not for finding spans');
}

/** Every text matches, or none. */
export class ConstantMatcher implements LoadedProgram {
  readonly info: ProgramInfo;
  private readonly answer: boolean;

  constructor(engine: 'all' | 'none') {
    this.answer = engine === 'all';
    const why = this.answer ? 'every text matches' : 'no text can match';
    this.info = { use: 'match', engine, why, matchesEmpty: this.answer };
  }

  test(_text: string): boolean {
    return this.answer;
  }

  testClean(text: string, sieve: Sieve): boolean {
    return this.test(text) && sieve.isClean(text);
  }

  findAll(_text: string): never {
    return refuseSpans();
  }

  longestViablePrefix(text: string): number {
    return this.answer ? text.length : 0;
  }
}
