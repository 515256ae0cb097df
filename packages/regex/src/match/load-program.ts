import { widthAt } from './alphabet.ts';
import { ConstantMatcher } from './constant.ts';
import { DfaMatcher } from './dfa.ts';
import { MAX_DFA_STATES } from './dfa-table.ts';
import { LiteralMatcher } from './literal.ts';
import type { LoadedProgram } from './loaded-program.ts';
import { decodeNfa } from './nfa.ts';
import { NfaMatcher } from './nfa-matcher.ts';
import { PROGRAM_FORMAT } from './program.ts';
import { badProgram } from './regex-error.ts';

const MAX_STRINGS = 1000;

/**
 * Reads a serialised program, checking everything: whatever it is given, it returns a program that cannot
 * crash or hang, or throws `RegexError` `bad-program`.
 */
export function loadProgram(data: unknown): LoadedProgram {
  const record = toRecord(data);
  if (record.format !== PROGRAM_FORMAT) {
    return badProgram(`its format is not ${PROGRAM_FORMAT}: compile the policy again with this version`);
  }
  const use = record.use;
  if (use !== 'match' && use !== 'spans') return badProgram('its use is unknown');
  const why = readString(record, 'why');
  const { engine } = record;
  switch (engine) {
    case 'lazy-dfa':
    case 'nfa': {
      const nfa = decodeNfa(readString(record, 'alphabet'), readString(record, 'nfa'));
      if (record.instructions !== nfa.ops.length) return badProgram('its number of instructions is wrong');
      return new NfaMatcher(nfa, use, engine, why);
    }
    case 'dfa':
      if (use === 'spans') return badProgram('its engine cannot find spans');
      return new DfaMatcher({
        states: readStates(record.states),
        alphabet: readString(record, 'alphabet'),
        table: readString(record, 'table'),
        needle: readString(record, 'needle'),
        why,
      });
    case 'all':
    case 'none':
      if (use === 'spans') return badProgram('its engine cannot find spans');
      return new ConstantMatcher(engine, why);
    case 'set':
    case 'prefix':
    case 'suffix':
    case 'contains':
      if (use === 'spans') return badProgram('its engine cannot find spans');
      return new LiteralMatcher(engine, readStrings(record), why);
    default:
      return badProgram('its engine is unknown');
  }
}

function toRecord(data: unknown): Readonly<Record<string, unknown>> {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    return badProgram('it is not an object');
  return Object.fromEntries(Object.entries(data));
}

function readString(record: Readonly<Record<string, unknown>>, key: string): string {
  const value = record[key];
  return typeof value === 'string' ? value : badProgram(`\`${key}\` is not a string`);
}

function readStates(states: unknown): number {
  const known =
    typeof states === 'number' && Number.isInteger(states) && states >= 2 && states <= MAX_DFA_STATES;
  return known ? states : badProgram('its number of states is out of range');
}

function readStrings(record: Readonly<Record<string, unknown>>): readonly string[] {
  const { strings } = record;
  if (!Array.isArray(strings) || strings.length === 0 || strings.length > MAX_STRINGS) {
    return badProgram('`strings` is not a list');
  }
  return strings.map((each: unknown) =>
    typeof each === 'string' && isWellFormed(each)
      ? each
      : badProgram('`strings` holds something that is not text'),
  );
}

function isWellFormed(text: string): boolean {
  for (let i = 0; i < text.length; i += widthAt(text, i)) {
    if ((text.charCodeAt(i) & 0xf800) === 0xd800 && widthAt(text, i) === 1) return false;
  }
  return true;
}
