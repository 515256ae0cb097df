import { type Alphabet, decodeAlphabet } from './alphabet.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { sideBoundaries } from './looks.ts';
import { badProgram } from './regex-error.ts';

/** Instructions of an NFA. `split` prefers its first way. */
export const OP = { match: 0, char: 1, split: 2, look: 3 } as const;

/** The most instructions that a program may have. */
export const MAX_INSTRUCTIONS = 100_000;

/** The most memberships (sets times classes) that a program may have. */
export const MAX_SET_CELLS = 1 << 24;

/**
 * A Thompson automaton over an alphabet's classes. Instruction `pc` is `ops[pc]`: `char` goes to `out[pc]`
 * on a class of set `arg[pc]`; `split` goes to `out[pc]`, else to `arg[pc]`; `look` goes to `out[pc]` where
 * the looks `arg[pc]` hold.
 */
export interface Nfa {
  readonly alphabet: Alphabet;
  readonly start: number;
  readonly ops: Uint8Array;
  readonly out: Int32Array;
  readonly arg: Int32Array;
  /** Each set says for every class whether it is a member. */
  readonly sets: readonly Uint8Array[];
  /** All looks that occur. */
  readonly looks: number;
}

export function encodeNfa(nfa: Nfa): string {
  const writer = new ByteWriter();
  writer.write(nfa.sets.length);
  for (const set of nfa.sets) {
    const runs = runLengths(set);
    writer.write(runs.length);
    for (const run of runs) writer.write(run);
  }
  writer.write(nfa.ops.length);
  writer.write(nfa.start);
  for (let pc = 0; pc < nfa.ops.length; pc++) {
    const op = nfa.ops[pc] ?? 0;
    const next = (nfa.out[pc] ?? 0) === pc + 1;
    writer.write(op * 2 + (next ? 1 : 0));
    if (op === OP.match) continue;
    if (!next) writer.write(nfa.out[pc] ?? 0);
    writer.write(nfa.arg[pc] ?? 0);
  }
  return writer.toBase64();
}

/** Lengths of the stretches of equal values, the first of them zeros. */
function runLengths(set: Uint8Array): number[] {
  const runs: number[] = [];
  let value = 0;
  let length = 0;
  for (const member of set) {
    if (member !== value) {
      runs.push(length);
      value = member;
      length = 0;
    }
    length++;
  }
  runs.push(length);
  return runs;
}

/** Reads what `encodeNfa` wrote and checks every index. */
export function decodeNfa(alphabetText: string, text: string): Nfa {
  const alphabet = decodeAlphabet(alphabetText);
  const reader = new ByteReader(text);
  const sets: Uint8Array[] = [];
  const setCount = reader.readCount('its sets');
  if (setCount * alphabet.size > MAX_SET_CELLS) return badProgram('its sets are too large');
  for (let left = setCount; left > 0; left--) sets.push(decodeSet(reader, alphabet.size));
  const size = reader.readCount('its instructions');
  if (size === 0 || size > MAX_INSTRUCTIONS) return badProgram('the number of instructions is out of range');
  const start = reader.readBelow(size, 'the first instruction');
  const ops = new Uint8Array(size);
  const out = new Int32Array(size);
  const arg = new Int32Array(size);
  let looks = 0;
  for (let pc = 0; pc < size; pc++) {
    const head = reader.readBelow(8, 'an instruction');
    const op = head >> 1;
    ops[pc] = op;
    if (op === OP.match) continue;
    const next = (head & 1) === 1 ? pc + 1 : reader.read();
    if (next >= size) return badProgram('a target is out of range');
    out[pc] = next;
    const limit = op === OP.char ? sets.length : op === OP.split ? size : 64;
    const value = reader.readBelow(limit, 'an argument');
    arg[pc] = value;
    if (op === OP.look) {
      if (value === 0 || (value & (value - 1)) !== 0) return badProgram('a look is not one');
      looks |= value;
    }
  }
  reader.finish();
  checkSides(alphabet, looks);
  return { alphabet, start, ops, out, arg, sets, looks };
}

function decodeSet(reader: ByteReader, size: number): Uint8Array {
  const set = new Uint8Array(size);
  let at = 0;
  let member = 0;
  for (let left = reader.readCount('a set'); left > 0; left--) {
    const end = at + reader.read();
    if (end > size) return badProgram('a set is too long');
    set.fill(member, at, end);
    at = end;
    member ^= 1;
  }
  return at === size ? set : badProgram('a set is too short');
}

/**
 * No class may hold both word characters and others where the program looks at word boundaries; likewise
 * for line ends.
 */
function checkSides(alphabet: Alphabet, looks: number): void {
  for (const boundary of sideBoundaries(looks)) {
    if (!alphabet.starts.includes(boundary)) badProgram('its alphabet is too coarse');
  }
}
