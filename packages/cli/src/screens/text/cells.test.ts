import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { chooseFitting, countCells, cutEnd, cutPainted, cutStart, wrapCells } from './cells.ts';
import { tame } from './tame.ts';

const tameText = fc.string({ unit: 'grapheme', maxLength: 80 }).map(tame);
const width = fc.integer({ min: 2, max: 60 });

describe('cells', () => {
  it.each([
    ['', 5, '', ''],
    ['abcde', 5, 'abcde', 'abcde'],
    ['abcdef', 5, 'abc…', '…def'],
    ['漢字漢字', 8, '漢字漢字', '漢字漢字'],
    ['漢字漢字', 7, '漢字…', '…漢字'],
    ['abcdef', 1, '', ''],
  ])('%j in %i: %j or %j', (text, room, end, start) => {
    expect(cutEnd(text, room)).toBe(end);
    expect(cutStart(text, room)).toBe(start);
  });

  it('counts at least what is drawn', () => {
    fc.assert(
      fc.property(tameText, (text) => {
        expect(countCells(text)).toBeGreaterThanOrEqual(stringWidth(text));
      }),
    );
  });

  it('cuts to what has room', () => {
    fc.assert(
      fc.property(tameText, width, (text, room) => {
        for (const cut of [cutEnd(text, room), cutStart(text, room)]) {
          expect(countCells(cut)).toBeLessThanOrEqual(room);
          if (countCells(text) <= room) expect(cut).toBe(text);
        }
        expect(text.startsWith(cutEnd(text, room).replace(/…$/, ''))).toBe(true);
        expect(text.endsWith(cutStart(text, room).replace(/^…/, ''))).toBe(true);
      }),
    );
  });

  it('wraps into lines that have room, and loses nothing', () => {
    fc.assert(
      fc.property(tameText, width, (text, room) => {
        const lines = wrapCells(text, room);
        expect(lines.join('')).toBe(text);
        for (const line of lines) expect(countCells(line)).toBeLessThanOrEqual(room);
        expect(lines.length).toBeGreaterThan(0);
      }),
    );
  });

  it.each([
    ['plain', 5, 'plain'],
    ['a plain text', 6, 'a pl…'],
    [
      '\u001b[1m\u001b[31mpainted text\u001b[39m\u001b[22m',
      6,
      '\u001b[1m\u001b[31mpain…\u001b[39m\u001b[22m',
    ],
    ['\u001b[1mab\u001b[22mcdef', 5, '\u001b[1mab\u001b[22mc…'],
    ['\u001b[1mab\u001b[22mcd', 4, '\u001b[1mab\u001b[22mcd'],
  ])('cuts %j to %i, and ends its colours', (line, room, expected) => {
    expect(cutPainted(line, room)).toBe(expected);
  });

  it.each([
    [20, 'a long text'],
    [6, 'short'],
    [1, 'short'],
  ])('chooses what fits into %i', (room, expected) => {
    expect(chooseFitting(['a long text', 'short'], room)).toBe(expected);
  });
});
