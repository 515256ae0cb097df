import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitArguments } from './fit-arguments.ts';

const fit = (args: unknown, max = 200): string | null => fitArguments(JSON.stringify(args), max);

describe('arguments within a limit', () => {
  it('are shown as they were written where they fit', () => {
    const text = '{ "a" : 1.0, "b": "\\u0062" }';
    expect(fitArguments(text, text.length)).toBe(text);
  });

  it('end with how much of a long value is not shown, and hide no argument behind it', () => {
    expect(fit({ a: 'x'.repeat(5000), z: 'rm -rf /' })).toBe(
      `{"a":"${'x'.repeat(100)}…(4900 characters not shown)","z":"rm -rf /"}`,
    );
  });

  it('hide no key inside of a value either, where that fits', () => {
    expect(fit({ o: { a: 'x'.repeat(5000), z: 1 }, y: [true, null] })).toBe(
      `{"o":{"a":"${'x'.repeat(100)}…(4900 characters not shown)","z":1},"y":[true,null]}`,
    );
  });

  it('have a long value that is no text cut as one', () => {
    // 2 characters a digit, less a comma, and two brackets.
    expect(fit({ o: Array.from({ length: 1000 }, () => 7), z: 1 }, 80)).toBe(
      `{"o":"[${'7,'.repeat(9)}7…(1981 characters not shown)","z":1}`,
    );
  });

  it('are not hidden by white space', () => {
    expect(fitArguments(`{"a":1,${' '.repeat(5000)}"z":2}`, 200)).toBe('{"a":1,"z":2}');
  });

  it.each([
    ['one long name', { ['k'.repeat(300)]: 1 }],
    ['many names', Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`key-${at}`, at]))],
    ['no object', ['x'.repeat(300)]],
  ])('are not shown at all with %s', (_, args) => {
    expect(fit(args)).toBeNull();
  });

  it('are JSON with every argument, whatever an agent writes', () => {
    const args = fc.dictionary(
      fc.string({ maxLength: 8 }),
      fc.oneof(fc.jsonValue(), fc.string({ maxLength: 500 })),
    );
    fc.assert(
      fc.property(args, fc.integer({ min: 2, max: 600 }), (value, max) => {
        const shown = fit(value, max);
        if (shown === null) return;
        expect(shown.length).toBeLessThanOrEqual(max);
        expect(Object.keys(JSON.parse(shown))).toEqual(Object.keys(JSON.parse(JSON.stringify(value))));
      }),
    );
  });
});
