import { readMessage } from '@agentpolicy/message';
import { describe, expect, it } from 'vitest';
import { ParamHeaders } from './param-headers.ts';
import type { ReadRequest } from './read-request.ts';
import { spellCall } from './spell-call.ts';

interface Page {
  readonly cursor: string | null;
  readonly names: readonly string[];
  readonly next?: string;
}

const FIRST: Page = { cursor: null, names: ['Read'] };

function learn(pages: readonly Page[]): ParamHeaders {
  const known = new ParamHeaders();
  for (const { cursor, names, next } of pages) {
    const result = { tools: names.map((name) => ({ name })), nextCursor: next };
    const answer = readMessage(JSON.stringify({ jsonrpc: '2.0', id: 1, result }), 'server');
    if (answer.kind === 'response' && answer.outcome.kind === 'result')
      known.learn(answer.outcome.value, cursor);
  }
  return known;
}

function spell(name: string, pages: readonly Page[], method = 'tools/call'): ReadRequest {
  const text = `{"jsonrpc":"2.0", "id":7,"method":"${method}","params":{"name":${JSON.stringify(name)}}}`;
  const line = { kind: 'line', text, bytes: Buffer.byteLength(text) } as const;
  return spellCall({ ok: true, line, message: readMessage(text, 'client') }, learn(pages).names);
}

describe('a tool without a session', () => {
  it.each<[string, string, readonly Page[], string]>([
    ['is named as it is listed', 'READ', [FIRST], 'Read'],
    ['is named as it is listed, by a fullwidth spelling', '\uff52ead', [FIRST], 'Read'],
    ['that is listed stays', 'Read', [FIRST], 'Read'],
    ['that is not listed stays', 'write', [FIRST], 'write'],
    ['of no list stays', 'READ', [], 'READ'],
    ['stays while a page is still to come', 'READ', [{ ...FIRST, next: 'b' }], 'READ'],
    [
      'stays where a page between was not seen',
      'READ',
      [
        { ...FIRST, next: 'b' },
        { cursor: 'c', names: ['write'] },
      ],
      'READ',
    ],
    [
      'is named as it is listed once all pages were seen',
      'READ',
      [
        { ...FIRST, next: 'b' },
        { cursor: 'b', names: ['write'] },
      ],
      'Read',
    ],
    ['that is listed beside one like it stays', 'read', [{ cursor: null, names: ['Read', 'read'] }], 'read'],
  ])('%s', (_, name, pages, spelled) => {
    const read = spell(name, pages);
    expect(read).toMatchObject({
      ok: true,
      line: { text: `{"jsonrpc":"2.0", "id":7,"method":"tools/call","params":{"name":"${spelled}"}}` },
    });
    expect(read.ok && read.line.kind === 'line' && read.line.bytes).toBe(
      Buffer.byteLength(read.ok && read.line.kind === 'line' ? read.line.text : ''),
    );
  });

  it('is refused where two are like it', () => {
    const both = [{ cursor: null, names: ['Read', 'read'] }];
    expect(spell('READ', both)).toMatchObject({
      ok: false,
      problem: { status: 400, code: -32602, idText: '7', reason: expect.stringContaining('differ only in') },
    });
  });

  it('is meant by a call alone', () => {
    expect(spell('READ', [FIRST], 'prompts/get')).toMatchObject({
      line: { text: expect.stringContaining('"READ"') },
    });
  });
});
