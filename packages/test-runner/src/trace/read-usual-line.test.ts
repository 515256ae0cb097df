import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readMessage } from '@agentpolicy/message';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTraceLine } from './read-trace-line.ts';
import { readUsualLine } from './read-usual-line.ts';

const CALL = '{"method":"tools/call","params":{"name":"a","arguments":{"b":"}"}},"jsonrpc":"2.0","id":1}';
const USUAL = `{"session_id":"s","server_label":"x","seq":12,"ts":"2026-01-05T09:00:00.250Z","direction":"c2s","transport":"stdio","raw":${CALL}}`;

/** What is read in one pass is what the careful reader reads. */
function expectSameReading(line: string): void {
  const usual = readUsualLine(line);
  if (usual === undefined) return;
  expect(readTraceLine(line)).toEqual(usual.entry);
  expect(usual.message).toEqual(readMessage(usual.entry.text, usual.entry.from));
}

describe('readUsualLine', () => {
  it('reads what recorders write', () => {
    expect(readUsualLine(USUAL)?.entry).toEqual({
      kind: 'message',
      from: 'client',
      text: CALL,
      session: 's',
      exchange: null,
      time: Date.UTC(2026, 0, 5, 9, 0, 0, 250),
      expect: null,
    });
  });

  it.each([
    ['a repeated key', USUAL.replace('"seq":12', '"ts":"2026-01-05T09:00:00.250Z"')],
    ['a second message', `${USUAL.slice(0, -1)},"raw":${CALL}}`],
    ['an expectation behind the message', `${USUAL.slice(0, -1)},"expect":"allow"}`],
    ['an expectation before it', USUAL.replace('"raw"', '"expect":"allow","raw"')],
    ['an escape', USUAL.replace('"s"', '"\\u0073"')],
    ['a number with a zero before it', USUAL.replace('12', '012')],
    ['a time that is none', USUAL.replace('2026', '20x6')],
    ['a session that is no string', USUAL.replace('"s"', '12')],
    ['no direction', USUAL.replace('"direction":"c2s",', '')],
    ['another direction', USUAL.replace('c2s', 'err')],
    ['a damaged message', USUAL.replace('"}"', '"}')],
    ['a torn line', USUAL.slice(0, -1)],
    ['white space', USUAL.replace('{', '{ ')],
    ['no envelope', CALL],
    ['nothing', ''],
  ])('leaves %s to the careful reader', (_, line) => {
    expect(readUsualLine(line)).toBeUndefined();
  });

  it('reads damaged lines as the careful reader does, or not at all', () => {
    const pieces = fc.constantFrom('', '"', '}', '{', ',', '\\', '\n', '\u0000', '0', '"raw":', '"ts":', 'x');
    fc.assert(
      fc.property(fc.nat(USUAL.length), pieces, fc.nat(30), (at, insert, drop) => {
        expectSameReading(USUAL.slice(0, at) + insert + USUAL.slice(at + drop));
      }),
      { numRuns: 3000 },
    );
  });

  for (const folder of ['fixtures/traces', '../shared/traces']) {
    it.skipIf(!existsSync(folder))(`reads the lines of ${folder} as the careful reader does`, () => {
      for (const name of readdirSync(folder).filter((each) => each.endsWith('.jsonl')))
        for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) expectSameReading(line);
    });
  }
});
