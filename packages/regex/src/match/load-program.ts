import { widthAt } from './alphabet.ts';
import { ConstantMatcher } from './constant.ts';
import { Automaton, DfaMatcher } from './dfa.ts';
import { MAX_DFA_STATES } from './dfa-table.ts';
import { LiteralMatcher } from './literal.ts';
import type { LoadedProgram } from './loaded-program.ts';
import { decodeNfa } from './nfa.ts';
import { NfaMatcher } from './nfa-matcher.ts';
import { PROGRAM_FORMAT } from './program.ts';
import { badProgram } from './regex-error.ts';
import { TABLE_BUDGET, type TableBudget } from './table-budget.ts';

const MAX_STRINGS = 1000;

/** Loads programs that belong together: what is equal in them is checked and kept once. */
export type ProgramLoader = (data: unknown) => LoadedProgram;

/**
 * Makes a loader for the programs of one table. It refuses what `loadProgram` refuses, and what it returns
 * gives the same answers; only time and memory are saved.
 */
export function createProgramLoader(): ProgramLoader {
  const known = new Map<string, Automaton>();
  const budget: TableBudget = { left: TABLE_BUDGET };
  const share = (states: number, alphabet: string, table: string): Automaton => {
    const key = `${states} ${alphabet} ${table}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const automaton = new Automaton({ states, alphabet, table }, budget);
    known.set(key, automaton);
    return automaton;
  };
  return (data) => load(data, share);
}

/**
 * Reads a serialised program, checking everything: whatever it is given, it returns a program that cannot
 * crash or hang, or throws `RegexError` `bad-program`.
 */
export function loadProgram(data: unknown): LoadedProgram {
  return createProgramLoader()(data);
}

type ShareAutomaton = (states: number, alphabet: string, table: string) => Automaton;

function load(data: unknown, share: ShareAutomaton): LoadedProgram {
  if (!isRecord(data)) return badProgram('it is not an object');
  if (data.format !== PROGRAM_FORMAT) {
    return badProgram(`its format is not ${PROGRAM_FORMAT}: compile the policy again with this version`);
  }
  const { engine, use } = data;
  if (use !== 'match' && use !== 'spans') return badProgram('its use is unknown');
  switch (engine) {
    case 'lazy-dfa':
    case 'nfa': {
      const nfa = decodeNfa(readString(data, 'alphabet'), readString(data, 'nfa'));
      if (data.instructions !== nfa.ops.length) return badProgram('its number of instructions is wrong');
      return new NfaMatcher(nfa, use, engine);
    }
    case 'dfa': {
      if (use === 'spans') return badProgram('its engine cannot find spans');
      const states = readStates(data.states);
      const automaton = share(states, readString(data, 'alphabet'), readString(data, 'table'));
      return new DfaMatcher(automaton, readText(data.prefix, 'prefix'), readString(data, 'needle'));
    }
    case 'all':
    case 'none':
      if (use === 'spans') return badProgram('its engine cannot find spans');
      return new ConstantMatcher(engine);
    case 'set':
    case 'prefix':
    case 'suffix':
    case 'contains':
      if (use === 'spans') return badProgram('its engine cannot find spans');
      return new LiteralMatcher(engine, readStrings(data.strings));
    default:
      return badProgram('its engine is unknown');
  }
}

type Data = Readonly<Record<string, unknown>>;

function isRecord(data: unknown): data is Data {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

function readString(record: Data, key: string): string {
  const value = record[key];
  return typeof value === 'string' ? value : badProgram(`\`${key}\` is not a string`);
}

function readStates(states: unknown): number {
  const known =
    typeof states === 'number' && Number.isInteger(states) && states >= 2 && states <= MAX_DFA_STATES;
  return known ? states : badProgram('its number of states is out of range');
}

function readStrings(strings: unknown): readonly string[] {
  if (!Array.isArray(strings) || strings.length === 0 || strings.length > MAX_STRINGS) {
    return badProgram('`strings` is not a list');
  }
  return strings.map((each: unknown) => readText(each, 'strings'));
}

function readText(value: unknown, key: string): string {
  return typeof value === 'string' && isWellFormed(value)
    ? value
    : badProgram(`\`${key}\` holds something that is not text`);
}

function isWellFormed(text: string): boolean {
  for (let i = 0; i < text.length; i += widthAt(text, i)) {
    if ((text.charCodeAt(i) & 0xf800) === 0xd800 && widthAt(text, i) === 1) return false;
  }
  return true;
}
