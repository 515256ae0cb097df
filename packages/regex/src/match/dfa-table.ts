import { ByteReader, ByteWriter } from './bytes.ts';
import { badProgram } from './regex-error.ts';

/** The most states and entries that a table may have. */
export const MAX_DFA_STATES = 65_536;
export const MAX_DFA_CELLS = 1 << 22;

/**
 * Writes an automaton row by row; states 0 (dead) and 1 (matched) have no rows. Most rows send all classes but
 * a few to one state: a row is that state, twice the number of runs that go elsewhere (one more where the
 * text may end), and for each run twice the distance from the end of the run before it (one more where it is
 * longer than one class, then its length), and its target.
 */
export function encodeDfa(table: Int32Array, states: number, classes: number, start: number): string {
  const writer = new ByteWriter();
  writer.write(start);
  const width = classes + 1;
  const weights = new Int32Array(states);
  for (let state = 2; state < states; state++) {
    const row = table.subarray(state * width, state * width + classes);
    const usual = findUsual(row, weights);
    const runs = listRuns(row, usual);
    writer.write(usual);
    writer.write(2 * runs.length + (table[state * width + classes] ?? 0));
    let last = 0;
    for (const { from, to, target } of runs) {
      const isLong = to - from > 1;
      writer.write(2 * (from - last) + (isLong ? 1 : 0));
      if (isLong) writer.write(to - from);
      writer.write(target);
      last = to;
    }
  }
  return writer.toBase64();
}

/** The target of most runs, the smallest of several; `weights` is zero before and after. */
function findUsual(row: Int32Array, weights: Int32Array): number {
  let usual = row[0] ?? 0;
  row.forEach((target, cls) => {
    if (cls > 0 && row[cls - 1] === target) return;
    const weight = (weights[target] ?? 0) + 1;
    weights[target] = weight;
    const best = weights[usual] ?? 0;
    if (weight > best || (weight === best && target < usual)) usual = target;
  });
  for (const target of row) weights[target] = 0;
  return usual;
}

interface Run {
  readonly from: number;
  readonly to: number;
  readonly target: number;
}

function listRuns(row: Int32Array, usual: number): readonly Run[] {
  const runs: Run[] = [];
  for (let cls = 0; cls < row.length; ) {
    const from = cls;
    const target = row[from] ?? 0;
    while (cls < row.length && row[cls] === target) cls++;
    if (target !== usual) runs.push({ from, to: cls, target });
  }
  return runs;
}

/**
 * Rows of one entry a class and one for the end of the text; a state is the offset of its row. Dead is 0,
 * matched the row after it.
 */
export interface DfaTable {
  readonly cells: Int32Array;
  readonly start: number;
}

/** Checks every entry of what `encodeDfa` wrote, without keeping it; returns whether it accepts the empty text. */
export function checkDfa(text: string, states: number, classes: number): boolean {
  return readDfa(text, states, classes, undefined).matchesEmpty;
}

/** Reads what `encodeDfa` wrote, checking every entry. */
export function decodeDfa(text: string, states: number, classes: number): DfaTable {
  const width = classes + 1;
  // The check comes first: it bounds what is set aside here.
  checkDfa(text, states, classes);
  const cells = new Int32Array(states * width);
  cells.fill(width, width, 2 * width - 1);
  cells[2 * width - 1] = 1;
  const { start } = readDfa(text, states, classes, cells);
  return { cells, start: start * width };
}

function readDfa(
  text: string,
  states: number,
  classes: number,
  cells: Int32Array | undefined,
): { readonly start: number; readonly matchesEmpty: boolean } {
  const width = classes + 1;
  if (states * width > MAX_DFA_CELLS) return badProgram('its table is too large');
  const reader = new ByteReader(text);
  if (states > reader.left + 2) return badProgram('it ends before its table');
  const start = reader.readBelow(states, 'the first state');
  let matchesEmpty = start === 1;
  for (let state = 2; state < states; state++) {
    const base = state * width;
    const usual = reader.readBelow(states, 'a state');
    const head = reader.read();
    cells?.fill(usual * width, base, base + classes);
    let cls = 0;
    for (let left = Math.floor(head / 2); left > 0; left--) {
      const gap = reader.read();
      const from = cls + Math.floor(gap / 2);
      const length = gap % 2 === 1 ? reader.read() : 1;
      if (from >= classes || length === 0 || length > classes - from)
        return badProgram('a row of its table has a wrong length');
      cls = from + length;
      const target = reader.readBelow(states, 'a state');
      cells?.fill(target * width, base + from, base + cls);
    }
    const end = head % 2;
    if (state === start && end === 1) matchesEmpty = true;
    if (cells !== undefined) cells[base + classes] = end;
  }
  reader.finish();
  return { start, matchesEmpty };
}
