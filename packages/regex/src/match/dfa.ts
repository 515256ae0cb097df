import { type Alphabet, checkAlphabet, decodeAlphabet, widthAt } from './alphabet.ts';
import { refuseSpans } from './constant.ts';
import { type PreparedDfa, prepareDfa } from './dfa-prepare.ts';
import { DfaRunner } from './dfa-runner.ts';
import { checkDfa, type DfaTable, decodeDfa } from './dfa-table.ts';
import type { LoadedProgram, ProgramInfo } from './loaded-program.ts';
import type { DfaProgram } from './program.ts';
import type { Sieve } from './sieve.ts';
import { commonPrefix, hasPrefix } from './strings.ts';
import type { TableBudget } from './table-budget.ts';

/**
 * An automaton that is checked but not yet built: most programs of a large table never run. Programs that
 * only differ in their prefix share one.
 */
export class Automaton {
  readonly states: number;
  /** Number of classes of characters. */
  readonly classes: number;
  readonly matchesEmpty: boolean;
  private readonly source: Pick<DfaProgram, 'states' | 'alphabet' | 'table'>;
  private readonly budget: TableBudget;
  private built: { readonly alphabet: Alphabet; readonly table: DfaTable } | undefined;
  private sorted: PreparedDfa | undefined;

  constructor(source: Pick<DfaProgram, 'states' | 'alphabet' | 'table'>, budget: TableBudget) {
    this.source = source;
    this.budget = budget;
    this.states = source.states;
    this.classes = checkAlphabet(source.alphabet);
    this.matchesEmpty = checkDfa(source.table, source.states, this.classes);
  }

  /** As the program has it. */
  get plain(): { readonly alphabet: Alphabet; readonly table: DfaTable } {
    const { states, alphabet, table } = this.source;
    this.built ??= {
      alphabet: decodeAlphabet(alphabet),
      table: decodeDfa(table, states, this.classes),
    };
    return this.built;
  }

  /** As tests run it. */
  get prepared(): PreparedDfa {
    this.sorted ??= prepareDfa(this.plain.table, this.plain.alphabet, this.budget);
    return this.sorted;
  }
}

/** A prefix and a complete automaton for what follows it. */
export class DfaMatcher implements LoadedProgram {
  readonly info: ProgramInfo;
  private readonly automaton: Automaton;
  private readonly prefix: string;
  private readonly needle: string;
  private runner: DfaRunner | undefined;

  constructor(automaton: Automaton, prefix: string, needle: string) {
    this.automaton = automaton;
    this.prefix = prefix;
    this.needle = needle;
    const { states, classes } = automaton;
    const after = prefix === '' ? '' : ' after a constant prefix';
    this.info = {
      use: 'match',
      engine: 'dfa',
      why: `its complete automaton has ${states} states and ${classes} classes of characters${after}`,
      matchesEmpty: prefix === '' && automaton.matchesEmpty,
    };
  }

  test(text: string): boolean {
    return (this.runner ?? this.prepare()).test(text);
  }

  testClean(text: string, sieve: Sieve): boolean {
    return (this.runner ?? this.prepare()).testClean(text, sieve);
  }

  private prepare(): DfaRunner {
    this.runner = new DfaRunner(this.automaton.prepared, this.prefix, this.needle);
    return this.runner;
  }

  findAll(_text: string): never {
    return refuseSpans();
  }

  longestViablePrefix(text: string): number {
    const { prefix } = this;
    if (!hasPrefix(text, prefix)) return commonPrefix(prefix, text);
    const { alphabet, table } = this.automaton.plain;
    const { cells, start } = table;
    const matched = alphabet.size + 1;
    let state = start;
    for (let i = prefix.length; i < text.length; i += widthAt(text, i)) {
      if (state === matched) break;
      state = cells[state + alphabet.classAt(text, i)] ?? 0;
      if (state === 0) return i;
    }
    return text.length;
  }
}
