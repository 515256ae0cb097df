import { stripVTControlCharacters } from 'node:util';

const ELLIPSIS = '…';

/** What a style puts around a text. */
const COLOUR = /(\u001b\[[0-9;]*m)/;

/**
 * Cells of a terminal that a character may take. Terminals disagree about all but ASCII: each other character
 * is given the two that the widest take, so that no line is ever longer than the screen.
 */
function cellsOf(character: string): number {
  return character < '\u007f' ? 1 : 2;
}

/** Cells that a tame text takes at most. */
export function countCells(text: string): number {
  let cells = 0;
  for (const character of text) cells += cellsOf(character);
  return cells;
}

/** The start of a tame text, as far as it has room. */
export function cutEnd(text: string, width: number): string {
  if (fits(text, width)) return text;
  const room = width - cellsOf(ELLIPSIS);
  return room < 0 ? '' : `${takeCells(text, room)}${ELLIPSIS}`;
}

/** The end of a tame text, as far as it has room: what counts of a path stands there. */
export function cutStart(text: string, width: number): string {
  if (fits(text, width)) return text;
  const room = width - cellsOf(ELLIPSIS);
  if (room < 0) return '';
  const reversed = [...text].reverse();
  let cells = 0;
  const kept = reversed.findIndex((character) => {
    cells += cellsOf(character);
    return cells > room;
  });
  return `${ELLIPSIS}${reversed.slice(0, kept).reverse().join('')}`;
}

/** A tame text in lines that have room; one line at least. */
export function wrapCells(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  let cells = 0;
  for (const character of text) {
    const next = cellsOf(character);
    if (cells + next > width && line !== '') {
      lines.push(line);
      line = '';
      cells = 0;
    }
    line += character;
    cells += next;
  }
  lines.push(line);
  return lines;
}

/** A painted line: what has room of its text, and all of its colours, so that none goes on behind it. */
export function cutPainted(line: string, width: number): string {
  if (fits(stripVTControlCharacters(line), width)) return line;
  const room = width - cellsOf(ELLIPSIS);
  let cells = 0;
  let isCut = false;
  let shown = '';
  for (const part of line.split(COLOUR)) {
    if (part.startsWith('\u001b')) shown += part;
    if (isCut || part.startsWith('\u001b')) continue;
    const taken = takeCells(part, room - cells);
    cells += countCells(taken);
    isCut = taken.length < part.length;
    shown += isCut && room >= 0 ? `${taken}${ELLIPSIS}` : taken;
  }
  return shown;
}

/** The first of several texts that has room; the last one where none has. */
export function chooseFitting(texts: readonly string[], width: number): string {
  return texts.find((text) => fits(text, width)) ?? texts.at(-1) ?? '';
}

function fits(text: string, width: number): boolean {
  // Most lines are short: no unit of a text takes more than two cells.
  return text.length * 2 <= width || countCells(text) <= width;
}

function takeCells(text: string, room: number): string {
  let cells = 0;
  let taken = '';
  for (const character of text) {
    cells += cellsOf(character);
    if (cells > room) break;
    taken += character;
  }
  return taken;
}
