import { type Alphabet, decodeAlphabet, widthAt } from './alphabet.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { refuseSpans } from './constant.ts';
import type { LoadedProgram, ProgramInfo } from './loaded-program.ts';
import type { DfaProgram } from './program.ts';
import { badProgram } from './regex-error.ts';
import { hasPrefix } from './strings.ts';

/** The most states and entries that a table may have. */
export const MAX_DFA_STATES = 65_536;
export const MAX_DFA_CELLS = 1 << 22;

/** Texts that are shorter are read by the automaton at once: searching for a needle first would cost more than it saves. */
const MIN_SEARCH_LENGTH = 96;
/** The same for jumping over a stretch that keeps the state. */
const MIN_JUMP = 16;
const MAX_PREFIX = 256;

/**
 * Writes an automaton as runs of equal targets, row by row; states 0 (dead) and 1 (matched) have no rows. A row ends with whether the text may
 * end there.
 */
export function encodeDfa(table: Int32Array, states: number, classes: number, start: number): string {
  const writer = new ByteWriter();
  writer.write(start);
  const width = classes + 1;
  for (let state = 2; state < states; state++) {
    const row = table.subarray(state * width, state * width + classes);
    for (let cls = 0; cls < classes; ) {
      const target = row[cls] ?? 0;
      let end = cls + 1;
      while (end < classes && row[end] === target) end++;
      writer.write(target);
      writer.write(end - cls);
      cls = end;
    }
    writer.write(table[state * width + classes] ?? 0);
  }
  return writer.toBase64();
}

interface Table {
  readonly cells: Int32Array;
  readonly start: number;
}

function decodeDfa(text: string, states: number, classes: number): Table {
  const width = classes + 1;
  if (states * width > MAX_DFA_CELLS) return badProgram('its table is too large');
  const reader = new ByteReader(text);
  if (states > reader.left + 2) return badProgram('it ends before its table');
  const cells = new Int32Array(states * width);
  cells.fill(width, width, 2 * width - 1);
  cells[2 * width - 1] = 1;
  const start = reader.readBelow(states, 'the first state') * width;
  for (let state = 2; state < states; state++) {
    const base = state * width;
    for (let cls = 0; cls < classes; ) {
      const target = reader.readBelow(states, 'a state') * width;
      const run = reader.read();
      if (run === 0 || run > classes - cls) return badProgram('a row of its table has a wrong length');
      cells.fill(target, base + cls, base + cls + run);
      cls += run;
    }
    cells[base + classes] = reader.readBelow(2, 'an end');
  }
  reader.finish();
  return { cells, start };
}

/** Runs a complete automaton: one table entry a character. */
export class DfaMatcher implements LoadedProgram {
  readonly info: ProgramInfo;
  private readonly alphabet: Alphabet;
  private readonly ascii: Uint16Array;
  /** Rows of `width` entries; a state is the offset of its row. Dead is 0, matched is `width`. */
  private readonly cells: Int32Array;
  private readonly width: number;
  private readonly start: number;
  /** What every matching text starts with, and the state after it. */
  private readonly prefix: string;
  private readonly afterPrefix: number;
  private readonly needle: string;
  /** States up to this one need attention: dead, matched, and those that can jump. */
  private readonly special: number;
  /** For each jumping state, the one character that leaves it. */
  private readonly exits: readonly string[];

  constructor(program: Pick<DfaProgram, 'states' | 'alphabet' | 'table' | 'needle' | 'why'>) {
    this.alphabet = decodeAlphabet(new ByteReader(program.alphabet));
    this.ascii = this.alphabet.ascii;
    this.width = this.alphabet.size + 1;
    const table = decodeDfa(program.table, program.states, this.alphabet.size);
    const { cells, start, exits } = sortJumps(table, this.alphabet);
    this.cells = cells;
    this.start = start;
    this.exits = exits;
    this.special = (1 + exits.length) * this.width;
    const { prefix, state } = readPrefix(cells, start, this.alphabet);
    this.prefix = prefix;
    this.afterPrefix = state;
    this.needle = program.needle;
    this.info = {
      use: 'match',
      engine: 'dfa',
      why: program.why,
      matchesEmpty: cells[start + this.width - 1] === 1,
    };
  }

  test(text: string): boolean {
    const { prefix, needle } = this;
    if (prefix !== '') return hasPrefix(text, prefix) && this.run(text, prefix.length, this.afterPrefix);
    if (needle !== '' && text.length >= MIN_SEARCH_LENGTH && !text.includes(needle)) return false;
    return this.run(text, 0, this.start);
  }

  private run(text: string, from: number, first: number): boolean {
    const { cells, ascii, special, width } = this;
    const { length } = text;
    let state = first;
    let i = from;
    if (state <= special) {
      if (state <= width) return state === width;
      i = this.jump(text, i, state);
    }
    for (;;) {
      let isAscii = true;
      // ASCII and plain states only: a small loop is a fast one.
      for (; i < length; i++) {
        const unit = text.charCodeAt(i);
        if (unit > 127) {
          isAscii = false;
          break;
        }
        state = cells[state + (ascii[unit] ?? 0)] ?? 0;
        if (state <= special) break;
      }
      if (i >= length) return cells[state + width - 1] === 1;
      if (isAscii) {
        i++;
      } else {
        state = cells[state + this.alphabet.classAt(text, i)] ?? 0;
        i += widthAt(text, i);
      }
      if (state <= special) {
        if (state <= width) return state === width;
        i = this.jump(text, i, state);
      }
    }
  }

  /** Where the stretch ends that keeps a jumping state. */
  private jump(text: string, from: number, state: number): number {
    if (text.length - from < MIN_JUMP) return from;
    const found = text.indexOf(this.exits[state / this.width - 2] ?? '', from);
    return found < 0 ? text.length : found;
  }

  findAll(_text: string): never {
    return refuseSpans();
  }

  longestViablePrefix(text: string): number {
    const { cells, alphabet, width } = this;
    let state = this.start;
    for (let i = 0; i < text.length; i += widthAt(text, i)) {
      state = cells[state + alphabet.classAt(text, i)] ?? 0;
      if (state === 0) return i;
      if (state === width) break;
    }
    return text.length;
  }
}

/**
 * Numbers the states again so that those which all characters but one keep come first: there, the text's own search jumps to that one
 * character.
 */
function sortJumps(
  table: Table,
  alphabet: Alphabet,
): { cells: Int32Array; start: number; exits: readonly string[] } {
  const width = alphabet.size + 1;
  const states = table.cells.length / width;
  const singles = singleCharacters(alphabet);
  const exits: string[] = [];
  const order = [0, 1];
  const others: number[] = [];
  for (let state = 2; state < states; state++) {
    const exit = findExit(table.cells, state * width, singles);
    if (exit === undefined) {
      others.push(state);
    } else {
      order.push(state);
      exits.push(exit);
    }
  }
  if (exits.length === 0) return { ...table, exits };
  order.push(...others);
  const place = new Int32Array(states);
  order.forEach((state, at) => {
    place[state] = at * width;
  });
  const cells = new Int32Array(table.cells.length);
  order.forEach((state, at) => {
    for (let cls = 0; cls < width - 1; cls++) {
      cells[at * width + cls] = place[(table.cells[state * width + cls] ?? 0) / width] ?? 0;
    }
    cells[at * width + width - 1] = table.cells[state * width + width - 1] ?? 0;
  });
  return { cells, start: place[table.start / width] ?? 0, exits };
}

/** For each class that is a single character of the basic plane, that character. */
function singleCharacters(alphabet: Alphabet): readonly (string | undefined)[] {
  const out = new Array<string | undefined>(alphabet.size).fill(undefined);
  const seen = new Uint8Array(alphabet.size);
  alphabet.starts.forEach((start, i) => {
    const cls = alphabet.classes[i] ?? 0;
    const single = (alphabet.starts[i + 1] ?? 0x110000) === start + 1;
    // U+FFFD is also what lone surrogates are, so a search for it would miss some.
    out[cls] = single && seen[cls] === 0 && start < 0xd800 ? String.fromCharCode(start) : undefined;
    seen[cls] = 1;
  });
  return out;
}

function findExit(
  cells: Int32Array,
  base: number,
  singles: readonly (string | undefined)[],
): string | undefined {
  let exit: string | undefined;
  let leaving = 0;
  for (let cls = 0; cls < singles.length; cls++) {
    if (cells[base + cls] === base) continue;
    if (++leaving > 1) return undefined;
    exit = singles[cls];
  }
  return exit;
}

/** The characters that every matching text starts with, read from the chain of states that have one way on. */
function readPrefix(cells: Int32Array, start: number, alphabet: Alphabet): { prefix: string; state: number } {
  const width = alphabet.size + 1;
  const singles = singleCharacters(alphabet);
  // Joined at the end: a string that is put together piece by piece stays in pieces, which makes comparing slow.
  const chars: string[] = [];
  let state = start;
  while (state > width && chars.length < MAX_PREFIX && cells[state + width - 1] === 0) {
    let only = -1;
    for (let cls = 0; cls < width - 1; cls++) {
      if ((cells[state + cls] ?? 0) === 0) continue;
      only = only === -1 ? cls : -2;
      if (only === -2) break;
    }
    const char = singles[only];
    if (char === undefined) break;
    chars.push(char);
    state = cells[state + only] ?? 0;
  }
  return { prefix: chars.join(''), state };
}
