import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageError } from '../errors/message-error.ts';
import { createLineReader, type LineEvent } from './line-reader.ts';

function readAll(chunks: readonly Uint8Array[], maxBytes = 1 << 20): LineEvent[] {
  const reader = createLineReader({ maxBytes });
  const events = chunks.flatMap((chunk) => {
    // The reader must not keep the caller's bytes.
    const own = Uint8Array.from(chunk);
    const found = reader.push(own);
    own.fill(0x21);
    return [...found];
  });
  return [...events, ...reader.end()];
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function textsOf(text: string): string[] {
  return readAll([utf8(text)]).map((event) => (event.kind === 'line' ? event.text : event.kind));
}

describe('createLineReader', () => {
  it.each([
    ['a\nb\n', ['a', 'b']],
    ['a\r\nb\r\n', ['a', 'b']],
    ['a\nb', ['a', 'b']],
    ['a\n\n\r\n  \t\nb', ['a', 'b']],
    ['a\rb\n', ['a\rb']],
    ['a\r\r\n', ['a\r']],
    ['a\r', ['a\r']],
    ['\ufeffa\n', ['\ufeffa']],
    ['a\u0085b\u2028c\n', ['a\u0085b\u2028c']],
    ['é\n𝒳\n', ['é', '𝒳']],
    ['', []],
  ])('cuts %j', (text, lines) => {
    expect(textsOf(text)).toEqual(lines);
  });

  it.each([
    ['abcd\n', 'line', 4],
    ['abcd\r\n', 'line', 4],
    ['abcd', 'line', 4],
    ['abcde\n', 'too-long', 5],
    ['abcde\r\n', 'too-long', 5],
    ['abcd\r\r\n', 'too-long', 5],
    ['abcd\r', 'too-long', 5],
    ['éé\n', 'line', 4],
    ['ééé\n', 'too-long', 6],
  ])('measures %j against a limit of four bytes', (text, kind, bytes) => {
    expect(readAll([utf8(text)], 4)).toMatchObject([{ kind, bytes }]);
  });

  it.each([
    ['an overlong form', [0xc0, 0x80]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a lone continuation', [0x80]],
    ['a sequence cut by the line feed', [0xe2, 0x82]],
    ['beyond Unicode', [0xf4, 0x90, 0x80, 0x80]],
  ])('reports %s as damaged and goes on with the next line', (_, bytes) => {
    const events = readAll([Uint8Array.from([0x61, ...bytes, 0x0a, 0x62, 0x0a])]);
    expect(events).toMatchObject([
      { kind: 'invalid-utf8', bytes: bytes.length + 1 },
      { kind: 'line', text: 'b' },
    ]);
  });

  it('keeps the ends of an overlong line and reads what follows', () => {
    const long = `head${'x'.repeat(50_000)}tail`;
    const [event, next] = readAll([utf8(`${long}\r\nok\n`)], 100);
    expect(event).toMatchObject({ kind: 'too-long', bytes: long.length });
    if (event?.kind !== 'too-long') return;
    expect(event.head).toBe(long.slice(0, 1024));
    expect(event.tail).toBe(long.slice(-1024));
    expect(next).toEqual({ kind: 'line', text: 'ok', bytes: 2 });
  });

  it('holds little of an endless line', () => {
    const reader = createLineReader({ maxBytes: 1024 });
    const chunk = new Uint8Array(1 << 20).fill(0x61);
    const before = process.memoryUsage().arrayBuffers;
    for (let index = 0; index < 64; index++) expect(reader.push(chunk)).toEqual([]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 << 20);
    expect(reader.end()).toMatchObject([{ kind: 'too-long', bytes: 64 << 20 }]);
  });

  it.each([[0], [-1], [1.5], [Number.NaN], [Number.POSITIVE_INFINITY], [2 ** 28 + 1]])(
    'refuses the limit %d',
    (maxBytes) => {
      expect(() => createLineReader({ maxBytes })).toThrow(MessageError);
    },
  );

  it('gives the same lines however the stream is cut', () => {
    const piece = fc.oneof(
      fc.constantFrom('\n', '\r\n', '\r', ' ', 'é', '𝒳', '\u2028', 'abc', 'x'.repeat(1500)).map(utf8),
      fc.uint8Array({ maxLength: 4 }),
    );
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.array(fc.nat(6), { minLength: 1, maxLength: 20 }),
        fc.constantFrom(1, 3, 10, 1023, 1024, 1025, 1600, 1 << 16),
        (pieces, steps, maxBytes) => {
          const whole = Buffer.concat(pieces);
          const chunks: Uint8Array[] = [];
          for (let at = 0, index = 0; at < whole.length; index++) {
            const size = (steps[index % steps.length] ?? 0) + 1;
            chunks.push(whole.subarray(at, at + size));
            at += size;
          }
          expect(readAll(chunks, maxBytes)).toEqual(readAll([whole], maxBytes));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('agrees with cutting the whole text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '\n', '\r', ' ', 'é', '\u2029') }), (text) => {
        const ended = text.endsWith('\n') ? text.slice(0, -1) : text;
        const expected = ended
          .split('\n')
          .map((line, index, all) =>
            line.endsWith('\r') && (index < all.length - 1 || ended !== text) ? line.slice(0, -1) : line,
          )
          .filter((line) => line.replaceAll(' ', '').replaceAll('\r', '') !== '');
        expect(textsOf(text)).toEqual(expected);
      }),
      { numRuns: 1000 },
    );
  });
});
