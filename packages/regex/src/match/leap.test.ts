import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Leap, type Rows } from './leap.ts';

const WIDTH = 128;
/** The first row stands for no state. */
const LIMIT = WIDTH;

/** Rows of `states` states; `follow` numbers them from 1, 0 asks for a closer look. */
function makeRows(states: number, follow: (state: number, unit: number) => number): Rows {
  const cells = new Int32Array((states + 1) * WIDTH);
  for (let state = 1; state <= states; state++) {
    for (let unit = 0; unit < WIDTH; unit++) cells[state * WIDTH + unit] = follow(state, unit) * WIDTH;
  }
  return { cells, limit: LIMIT };
}

/** What reading unit by unit gives: the state at each place, up to the first that needs a closer look. */
function readSingly(text: string, from: number, first: number, { cells, limit }: Rows): readonly number[] {
  const states = [first];
  let state = first;
  for (let at = from; at < text.length && text.charCodeAt(at) < 128; at++) {
    state = cells[state + text.charCodeAt(at)] ?? 0;
    if (state < limit) break;
    states.push(state);
  }
  return states;
}

/** Runs a leap, checks place and state, and returns how far it came. */
function check(text: string, from: number, rows: Rows): number {
  const expected = readSingly(text, from, LIMIT, rows);
  const leap = new Leap();
  const at = leap.run(text, from, text.length, LIMIT, rows);
  expect(leap.state).toBe(expected[at - from]);
  const stop = from + expected.length - 1;
  if (leap.next < text.length) {
    // Either what stopped it is the next unit, or there is none but ASCII up to the block that could not be read.
    const isBlocked = /[^\0-\x7f]/.test(text.slice(at, leap.next));
    expect([at, isBlocked]).toEqual([isBlocked ? at : stop, isBlocked]);
  } else expect(text.length - at).toBeLessThan(1024);
  return at - from;
}

const SENTENCE = 'The quick brown fox jumps over the lazy dog, and again; 12 of 34 times. ';

describe('Leap', () => {
  it('comes near the end of a text in which nothing stops it', () => {
    const words = makeRows(2, (_state, unit) => (unit === 0x20 ? 1 : 2));
    for (const length of [0, 1023, 1024, 5000, 40_000]) {
      const text = SENTENCE.repeat(600).slice(0, length);
      expect(check(text, 0, words)).toBe(length - (length % 1024));
    }
  });

  it('counts nothing that a wrong guess has read', () => {
    // The state is the sum of all that was read: no guess comes true but by chance.
    const sums = makeRows(1000, (state, unit) => 1 + ((state - 1 + unit) % 1000));
    expect(check(SENTENCE.repeat(200), 5, sums)).toBeGreaterThan(12_000);
  });

  it('stops where a closer look is due, in whatever stream', () => {
    const rows = makeRows(2, (_state, unit) => (unit === 0x21 ? 0 : unit === 0x20 ? 1 : 2));
    for (let place = 0; place < 9000; place += 37) {
      const text = SENTENCE.repeat(130);
      expect(check(`${text.slice(0, place)}!${text.slice(place)}`, 0, rows)).toBe(place);
    }
  });

  it('is what reading singly is, for random automata and texts', () => {
    const table = fc.record({ states: fc.integer({ min: 1, max: 12 }), seed: fc.nat(), stops: fc.nat(3) });
    const piece = fc.oneof(
      { weight: 12, arbitrary: fc.tuple(fc.string({ unit: 'binary-ascii', maxLength: 40 }), fc.nat(300)) },
      { weight: 1, arbitrary: fc.constantFrom<[string, number]>(['é', 1], ['\ud83d', 1], ['😀', 2]) },
    );
    fc.assert(
      fc.property(
        table,
        fc.array(piece, { maxLength: 12 }),
        fc.nat(80),
        ({ states, seed, stops }, pieces, from) => {
          const rows = makeRows(states, (state, unit) => {
            const hash = Math.imul(state * 131 + unit + seed, 0x9e3779b1) >>> 8;
            return hash % 4000 < stops ? 0 : 1 + (hash % states);
          });
          const text = pieces.map(([unit, count]) => unit.repeat(count)).join('');
          check(text, Math.min(from, text.length), rows);
        },
      ),
      { numRuns: 400 },
    );
  });
});
