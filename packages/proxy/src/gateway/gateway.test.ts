import type { Side } from '@agentpolicy/message';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createStubEngine } from '../../test/support/stub-engine.ts';
import { callTool, request } from '../../test/support/wire.ts';
import { NO_AUDIT } from '../audit/sink.ts';
import { commitEffects } from './commit.ts';
import { createGateway } from './gateway.ts';

const ENGINE = createStubEngine({
  tools: { read: 'allow', confirm: 'ask', busy: 'limited' },
  deniedMethods: ['resources/read', 'sampling/createmessage'],
});

interface Sent {
  readonly to: Side;
  readonly text: string;
}

/** A conversation through a fresh gateway. */
function converse(lines: readonly { readonly from: Side; readonly text: string }[]): {
  readonly sent: readonly Sent[];
  readonly atEnd: readonly Sent[];
} {
  const gateway = createGateway({ engine: ENGINE, verbose: true });
  const send = (effects: ReturnType<typeof gateway.receive>): readonly Sent[] =>
    commitEffects(effects, NO_AUDIT, gateway.withdraw).flatMap((each) =>
      each.kind === 'send' ? [{ to: each.to, text: each.text }] : [],
    );
  const sent = lines.flatMap(({ from, text }) =>
    send(gateway.receive({ kind: 'line', text, bytes: text.length }, from)),
  );
  return { sent, atEnd: send(gateway.serverEnded('The server is gone')) };
}

const id = fc.constantFrom<number | string>(0, 1, 2, '1', 'a', -1);
const tool = fc.constantFrom('read', 'READ', 'delete', 'confirm', 'busy', 'ｒead', 're\u200bad', '');
const method = fc.constantFrom(
  'ping',
  'tools/list',
  'resources/read',
  'Resources/Read',
  'x',
  'sampling/createMessage',
);
const clientLine = fc.oneof(
  fc.tuple(id, tool).map(([value, name]) => callTool(value, name, { path: '/srv' })),
  fc.tuple(id, method).map(([value, name]) => request(value, name)),
  id.map((value) => JSON.stringify({ jsonrpc: '2.0', id: value, result: {} })),
  id.map((value) =>
    JSON.stringify({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: value } }),
  ),
);
const serverLine = fc.oneof(
  id.map((value) => JSON.stringify({ jsonrpc: '2.0', id: value, result: { content: [] } })),
  id.map((value) => JSON.stringify({ jsonrpc: '2.0', id: value, error: { code: 1, message: 'no' } })),
  fc.tuple(id, method).map(([value, name]) => request(value, name)),
  fc.constant('{"jsonrpc":"2.0","method":"notifications/progress"}'),
);

/** Swaps, drops or repeats a stretch of a line: what is nearly a message. */
const damaged = (line: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(
      line,
      fc.nat(200),
      fc.nat(20),
      fc.constantFrom('', '"', '{', 'A', '\\u0061', '\r', '\0', ',"id":1'),
    )
    .map(([text, start, length, insert]) => text.slice(0, start) + insert + text.slice(start + length));

const line = (from: Side, text: fc.Arbitrary<string>) => text.map((each) => ({ from, text: each }));

const orderly = fc.array(fc.oneof(line('client', clientLine), line('server', serverLine)), { maxLength: 25 });
const hostile = fc.array(
  fc.oneof(
    line('client', clientLine),
    line('server', serverLine),
    line('client', damaged(clientLine)),
    line('server', damaged(serverLine)),
  ),
  { maxLength: 25 },
);

const RUNS = { numRuns: 3000 };

describe('whatever both sides say', () => {
  it('only permitted calls reach the server, each as one line with one reading', () => {
    fc.assert(
      fc.property(hostile, (lines) => {
        for (const { to, text } of converse(lines).sent) {
          expect(text).not.toMatch(/[\u0000-\u001f\u0085\u2028\u2029]/u);
          const message = JSON.parse(text);
          if (to !== 'server' || message.method === undefined) continue;
          expect(message.method).toBe(SPELLED.get(looseName(message.method)) ?? message.method);
          expect(['resources/read', 'sampling/createmessage']).not.toContain(looseName(message.method));
          if (looseName(message.method) === 'tools/call') expect(looseName(message.params.name)).toBe('read');
        }
      }),
      RUNS,
    );
  });

  it('each request is answered once, and what is open at the end is answered then', () => {
    fc.assert(
      fc.property(orderly, (lines) => {
        const { sent, atEnd } = converse(
          lines.filter(({ text }) => !text.includes('notifications/cancelled')),
        );
        const key = (value: unknown): string => JSON.stringify(value);
        const balance = new Map<string, number>();
        const add = (value: unknown, count: number): void => {
          balance.set(key(value), (balance.get(key(value)) ?? 0) + count);
        };
        for (const { from, text } of lines)
          if (from === 'client') for (const asked of readRequestIds(text)) add(asked, 1);
        for (const { to, text } of [...sent, ...atEnd]) {
          const message = JSON.parse(text);
          if (
            to === 'client' &&
            message.method === undefined &&
            message.id !== null &&
            message.id !== undefined
          )
            add(message.id, -1);
        }
        for (const [asked, open] of balance) expect([asked, open]).toEqual([asked, 0]);
      }),
      RUNS,
    );
  });

  it('the server gets answers only to what it asked, each once', () => {
    fc.assert(
      fc.property(orderly, (lines) => {
        const asked = new Map<string, number>();
        const answered = new Map<string, number>();
        const count = (map: Map<string, number>, value: unknown): void => {
          const name = JSON.stringify(value);
          map.set(name, (map.get(name) ?? 0) + 1);
        };
        for (const { from, text } of lines)
          if (from === 'server') for (const each of readRequestIds(text)) count(asked, each);
        for (const { to, text } of converse(lines).sent) {
          const message = JSON.parse(text);
          if (to === 'server' && message.method === undefined) count(answered, message.id);
        }
        for (const [name, times] of answered) expect(times).toBeLessThanOrEqual(asked.get(name) ?? 0);
      }),
      RUNS,
    );
  });
});

const SPELLED = new Map([
  ['tools/call', 'tools/call'],
  ['tools/list', 'tools/list'],
  ['ping', 'ping'],
]);

/** A name as a very lenient server might read it. */
function looseName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^!-~]/gu, '');
}

function readRequestIds(text: string): readonly unknown[] {
  const message = JSON.parse(text);
  return message.id !== undefined && message.method !== undefined ? [message.id] : [];
}
