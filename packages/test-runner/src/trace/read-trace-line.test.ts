import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRaw } from './find-raw.ts';
import { readTraceLine } from './read-trace-line.ts';

const TRACES = '../shared/traces';

function envelope(raw: string): string {
  return `{"session_id":"s","seq":1,"ts":"2026-01-01T00:00:00.000Z","direction":"c2s","raw":${raw}}`;
}

describe('findRaw', () => {
  it('finds the value that JSON would find', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.jsonValue(), (others, raw) => {
        const line = JSON.stringify({ ...others, raw });
        const span = findRaw(line);
        expect(span && JSON.parse(line.slice(span.start, span.end))).toEqual(JSON.parse(JSON.stringify(raw)));
      }),
    );
  });

  it.each([
    ['raw only further down', '{"a":{"raw":1}}'],
    ['a key in other spelling', '{"r\\u0061w":1}'],
    ['a string that does not end', '{"raw":"abc'],
    ['an object that does not end', '{"raw":{"a":1'],
    ['no object', '["raw"]'],
    ['nothing', ''],
  ])('finds nothing in %s', (_, line) => {
    expect(findRaw(line)).toBeUndefined();
  });
});

describe('readTraceLine', () => {
  it.each([
    ['an ordinary message', '{"jsonrpc":"2.0","method":"ping","id":1}'],
    ['a key that is repeated', '{"jsonrpc":"2.0","method":"ping","method":"tools/call","id":1}'],
    ['a number that no double holds', '{"id":1e400}'],
    ['nesting without end', `${'['.repeat(400)}${']'.repeat(400)}`],
    ['quotes and brackets in strings', '{"a":"}]\\"\\\\","b":"{"}'],
    ['a batch', '[{"jsonrpc":"2.0","method":"ping","id":1}]'],
  ])('gives %s as it stands', (_, raw) => {
    expect(readTraceLine(envelope(raw))).toMatchObject({ kind: 'message', from: 'client', text: raw });
  });

  it('reads time, session and expectation', () => {
    const line =
      '{"direction":"s2c","raw":{},"session_id":"s","ts":"2026-01-01T00:00:01.500Z","expect":"allow"}';
    expect(readTraceLine(line)).toMatchObject({
      from: 'server',
      session: 's',
      time: Date.UTC(2026, 0, 1, 0, 0, 1, 500),
      expect: { value: 'allow' },
    });
  });

  it.each([
    ['a request', '{"jsonrpc":"2.0","id":1,"method":"ping"}', 'client'],
    ['a notification', '{"jsonrpc":"2.0","method":"notifications/initialized"}', 'client'],
    ['an answer', '{"jsonrpc":"2.0","id":1,"result":{}}', 'server'],
    ['a batch', '[]', 'client'],
    ['a request with a repeated key', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"x"}', 'client'],
    ['an answer with a repeated key', '{"jsonrpc":"2.0","id":1,"result":{"a":1,"a":2}}', 'server'],
  ])('takes %s without an envelope for the %s side', (_, line, from) => {
    expect(readTraceLine(line)).toMatchObject({ kind: 'message', from, text: line, time: null });
  });

  it.each([
    ['standard error', '{"direction":"stderr","text":"x","ts":"2026-01-01T00:00:00Z"}'],
    ['an opened stream', '{"direction":"s2c","http":{"status":202}}'],
  ])('has nothing to judge in %s', (_, line) => {
    expect(readTraceLine(line)).toEqual({ kind: 'other' });
  });

  it('gives a line of the wire that was no JSON as it was', () => {
    const line = '{"direction":"c2s","unparsed":true,"text":"not json"}';
    expect(readTraceLine(line)).toMatchObject({ kind: 'message', from: 'client', text: 'not json' });
  });

  it.each([
    ['a torn line', '{"session_id":"s","direction":"c2s","raw":{"jsonrpc":"2.', 'syntax'],
    ['a torn bare message', '{"jsonrpc":"2.0","id":1,"meth', 'syntax'],
    ['no JSON', 'hello', 'syntax'],
    ['an empty line', '', 'syntax'],
    ['a number', '17', 'not-an-object'],
    ['an object of another kind', '{"a":1}', 'no-direction'],
    ['an unknown direction', '{"direction":"up","raw":{}}', 'unknown-direction'],
    ['a direction that is no string', '{"direction":1,"raw":{}}', 'wrong-type'],
    ['a session that is no string', '{"direction":"c2s","session_id":1,"raw":{}}', 'wrong-type'],
    ['a time that is none', '{"direction":"c2s","ts":"soon","raw":{}}', 'bad-time'],
    ['a time that is a number', '{"direction":"c2s","ts":5,"raw":{}}', 'bad-time'],
    ['two messages', '{"direction":"c2s","raw":{},"raw":{}}', 'duplicate-key'],
    ['two directions', '{"direction":"c2s","direction":"s2c","raw":{}}', 'duplicate-key'],
  ])('says what is wrong with %s', (_, line, code) => {
    expect(readTraceLine(line)).toMatchObject({ kind: 'malformed', code });
  });

  it('never throws on damaged lines', () => {
    fc.assert(
      fc.property(fc.nat(), fc.string({ maxLength: 3 }), fc.nat(3), (seed, insert, drop) => {
        const line = envelope('{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"a"}}');
        const at = seed % line.length;
        expect(readTraceLine(line.slice(0, at) + insert + line.slice(at + drop)).kind).toBeDefined();
      }),
      { numRuns: 2000 },
    );
  });

  it.skipIf(!existsSync(TRACES))('reads every recorded line', () => {
    for (const name of readdirSync(TRACES).filter((each) => each.endsWith('.jsonl'))) {
      for (const line of readFileSync(join(TRACES, name), 'utf8').trimEnd().split('\n')) {
        expect(readTraceLine(line).kind, `${name}: ${line.slice(0, 100)}`).not.toBe('malformed');
      }
    }
  });
});
