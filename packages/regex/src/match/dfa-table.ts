import { ByteReader, ByteWriter } from './bytes.ts';
import { badProgram } from './regex-error.ts';

/** The most states and entries that a table may have. */
export const MAX_DFA_STATES = 65_536;
export const MAX_DFA_CELLS = 1 << 22;

/**
 * Writes an automaton as runs of equal targets, row by row; states 0 (dead) and 1 (matched) have no rows. A
 * row ends with whether the text may end there.
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

/**
 * Rows of one entry a class and one for the end of the text; a state is the offset of its row. Dead is 0,
 * matched the row after it.
 */
export interface DfaTable {
  readonly cells: Int32Array;
  readonly start: number;
}

/** Reads what `encodeDfa` wrote, checking every entry. */
export function decodeDfa(text: string, states: number, classes: number): DfaTable {
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
