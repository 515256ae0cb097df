import { type Alphabet, decodeAlphabet, widthAt } from './alphabet.ts';
import { ByteReader } from './bytes.ts';
import { refuseSpans } from './constant.ts';
import { DfaRunner } from './dfa-runner.ts';
import { type DfaTable, decodeDfa } from './dfa-table.ts';
import type { LoadedProgram, ProgramInfo } from './loaded-program.ts';
import type { DfaProgram } from './program.ts';

/**
 * A complete automaton. Everything is checked when it is loaded; what only speed needs is made at the first
 * test.
 */
export class DfaMatcher implements LoadedProgram {
  readonly info: ProgramInfo;
  private readonly alphabet: Alphabet;
  private readonly table: DfaTable;
  private readonly needle: string;
  private runner: DfaRunner | undefined;

  constructor(program: Pick<DfaProgram, 'states' | 'alphabet' | 'table' | 'needle' | 'why'>) {
    this.alphabet = decodeAlphabet(new ByteReader(program.alphabet));
    this.table = decodeDfa(program.table, program.states, this.alphabet.size);
    this.needle = program.needle;
    const { cells, start } = this.table;
    const matchesEmpty = cells[start + this.alphabet.size] === 1;
    this.info = { use: 'match', engine: 'dfa', why: program.why, matchesEmpty };
  }

  test(text: string): boolean {
    this.runner ??= new DfaRunner(this.table, this.alphabet, this.needle);
    return this.runner.test(text);
  }

  findAll(_text: string): never {
    return refuseSpans();
  }

  longestViablePrefix(text: string): number {
    const { alphabet } = this;
    const { cells, start } = this.table;
    const matched = alphabet.size + 1;
    let state = start;
    for (let i = 0; i < text.length; i += widthAt(text, i)) {
      state = cells[state + alphabet.classAt(text, i)] ?? 0;
      if (state === 0) return i;
      if (state === matched) break;
    }
    return text.length;
  }
}
