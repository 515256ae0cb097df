import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareDiagnostics, type Diagnostic } from './diagnostic.ts';
import { appendPointer, formatPointer } from './json-pointer.ts';

function finding(file: string, start: number, end: number, code: string, message: string): Diagnostic {
  const position = (offset: number) => ({ line: 1, column: offset + 1, offset });
  const location = { file, pointer: '', range: { start: position(start), end: position(end) } };
  return { code, severity: 'error', message, location, related: [], fixes: [] };
}

describe('compareDiagnostics', () => {
  it('orders by file, start, end, code and message', () => {
    const sorted = [
      finding('a', 0, 1, 'x', 'm'),
      finding('a', 0, 2, 'a', 'm'),
      finding('a', 0, 2, 'b', 'l'),
      finding('a', 0, 2, 'b', 'm'),
      finding('a', 10, 11, 'a', 'a'),
      finding('b', 0, 1, 'a', 'a'),
    ];
    expect([...sorted].reverse().sort(compareDiagnostics)).toEqual(sorted);
  });

  it('compares by code units: upper case before lower, never as a locale would', () => {
    expect(compareDiagnostics(finding('B', 0, 0, '', ''), finding('a', 0, 0, '', ''))).toBeLessThan(0);
  });

  it('is an order', () => {
    const short = fc.string({ maxLength: 1 });
    const any = fc.tuple(short, fc.nat(2), fc.nat(2), short, short).map((parts) => finding(...parts));
    fc.assert(
      fc.property(any, any, any, (a, b, c) => {
        expect(Math.sign(compareDiagnostics(a, b))).toBe(0 - Math.sign(compareDiagnostics(b, a)));
        if (compareDiagnostics(a, b) <= 0 && compareDiagnostics(b, c) <= 0)
          expect(compareDiagnostics(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe('JSON pointers', () => {
  // The first nine come from RFC 6901 §5.
  it.each([
    [[], ''],
    [['foo'], '/foo'],
    [['foo', 0], '/foo/0'],
    [[''], '/'],
    [['a/b'], '/a~1b'],
    [['c%d'], '/c%d'],
    [['k"l'], '/k"l'],
    [[' '], '/ '],
    [['m~n'], '/m~0n'],
    [['~1'], '/~01'],
    [['/~'], '/~1~0'],
  ])('of %j is %j', (path, pointer) => {
    expect(formatPointer(path)).toBe(pointer);
  });

  it('grow by one token', () => {
    expect(appendPointer('/a', 'b/c')).toBe('/a/b~1c');
  });
});
