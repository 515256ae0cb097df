import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSse, type SseEvent, SseReader } from './read-sse.ts';

const LIMIT = 1000;

function read(...chunks: readonly string[]): readonly SseEvent[] {
  const reader = new SseReader(LIMIT);
  return chunks.flatMap((chunk) => reader.push(chunk));
}

const event = (data: string, more: Partial<SseEvent> = {}): SseEvent => ({
  id: null,
  event: 'message',
  data,
  retry: null,
  ...more,
});

describe('a stream of events', () => {
  it.each<[string, string, readonly SseEvent[]]>([
    ['data', 'data: {"a":1}\n\n', [event('{"a":1}')]],
    ['several lines of data', 'data: a\ndata: b\n\n', [event('a\nb')]],
    ['one space behind the colon, no more', 'data:  a\ndata:b\n\n', [event(' a\nb')]],
    ['every kind of line end', 'data: a\r\n\r\ndata: b\r\rdata: c\n\n', [event('a'), event('b'), event('c')]],
    [
      'id, event and retry',
      'id: 7\nevent: x\nretry: 50\ndata: a\n\n',
      [event('a', { id: '7', event: 'x', retry: 50 })],
    ],
    ['an event that only has an id', 'id: 7\ndata:\n\n', [event('', { id: '7' })]],
    ['comments and unknown fields', ': ping\n\nfoo: 1\ndata: a\n\n', [event('a')]],
    ['a byte order mark', '\ufeffdata: a\n\n', [event('a')]],
    ['nothing where the event has not ended', 'data: a\n', []],
    ['an id with a null', 'id: a\0b\ndata: a\n\n', [event('a')]],
    ['a retry that is no number', 'retry: soon\ndata: a\n\n', [event('a')]],
  ])('with %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('reads the same wherever it is cut', () => {
    const text =
      ': hi\r\nid: 1\r\ndata: {"a":"\u00e9"}\r\n\r\nevent: x\rdata: b\r\rdata: c\ndata\n\nid: 2\ndata:\n\n';
    const whole = read(text);
    expect(whole).toHaveLength(4);
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
        const chunks = places.slice(1).map((end, index) => text.slice(places[index], end));
        expect(read(...chunks)).toEqual(whole);
      }),
    );
  });

  it('reads what was written', () => {
    const id = fc.stringMatching(/^[\x21-\x7e]{1,20}$/);
    const data = fc.string({ maxLength: 100 }).filter((text) => !text.includes('\r'));
    fc.assert(
      fc.property(fc.option(id), data, (eventId, text) => {
        expect(read(formatSse(eventId, text))).toEqual([event(text, { id: eventId })]);
      }),
    );
  });

  it.each([
    ['a line', 'data: '.padEnd(LIMIT + 1, 'x')],
    ['an event', 'data: 12345\n'.repeat(LIMIT / 10)],
  ])('refuses %s past the limit', (_, text) => {
    expect(() => read(text)).toThrow('longer than the limit');
  });
});
