import { describe, expect, it } from 'vitest';
import type { OperationEvent, ProxyEvent } from '../../src/observe/observer.ts';
import { callTool, request } from '../support/wire.ts';
import { GatewayWire, makeEngine } from '../support/wire-gateway.ts';

const SPEC = `
allowed_tools: [plain]
denied_methods: [sampling/createMessage]
tool_rules:
  - tool: confirm
    action: ask
  - tool: pinned
    schema_hash: "sha256:${'0'.repeat(64)}"
dlp:
  patterns:
    - name: key
      regex: hush`;

/** A wire whose requests are observed; the clock counts how often it was asked. */
function start(options: { readonly requestTimeout?: number } = {}) {
  const events: OperationEvent[] = [];
  let now = 0;
  const observer = {
    observe(event: ProxyEvent) {
      if (event.kind === 'operation') events.push(event);
      throw new Error('an observer that fails disturbs nothing');
    },
  };
  const wire = new GatewayWire(makeEngine(SPEC), {
    canAsk: true,
    observer: { observer, clock: () => now++ },
    ...options,
  });
  return { wire, events };
}

const answer = (id: unknown, result: unknown) => ({ jsonrpc: '2.0', id, result });

describe('a request is told of once, when it has ended', () => {
  it('answered by the server', () => {
    const { wire, events } = start();
    wire.client(request(0, 'initialize', { protocolVersion: '2025-06-18' }));
    expect(events).toEqual([]);
    wire.server(answer(0, { protocolVersion: '2025-06-18' }));
    wire.client(callTool(1, 'Plain', { text: 'x' }));
    wire.server(answer(1, { content: [] }));
    expect(events).toEqual([
      {
        ...{
          kind: 'operation',
          from: 'client',
          method: 'initialize',
          tool: null,
          idText: '0',
          start: 0,
          end: 1,
        },
        ...{ protocolVersion: '2025-06-18', traceparent: null, outcome: { kind: 'result' } },
      },
      {
        ...{ kind: 'operation', from: 'client', method: 'tools/call', idText: '1', start: 2, end: 3 },
        tool: { name: 'Plain', isInPolicy: true },
        ...{ protocolVersion: '2025-06-18', traceparent: null, outcome: { kind: 'result' } },
      },
    ]);
  });

  it.each([
    ['a tool that fails', answer(1, { isError: true }), { kind: 'tool-error' }],
    [
      'an error',
      { jsonrpc: '2.0', id: 1, error: { code: -32000, message: 'x' } },
      { kind: 'error', code: -32000, by: 'server' },
    ],
    [
      'an answer with two readings',
      { jsonrpc: '2.0', id: 1, result: {}, Result: {} },
      { kind: 'error', code: null, by: 'proxy' },
    ],
    [
      'an answer that may not pass',
      answer(1, { nextCursor: 'hush' }),
      { kind: 'error', code: -32014, by: 'proxy' },
    ],
    [
      'a denied question of the server’s',
      answer(1, { resultType: 'input_required', inputRequests: { a: { method: 'sampling/createMessage' } } }),
      { kind: 'error', code: -32006, by: 'proxy' },
    ],
  ])('by %s', (_, message, outcome) => {
    const { wire, events } = start();
    wire.client(callTool(1, 'plain'));
    wire.server(message);
    expect(events.map((event) => event.outcome)).toEqual([outcome]);
  });

  it.each([
    ['refused by the policy', callTool(1, 'rm'), -32001],
    ['refused by its method', request(1, 'vendor/x'), -32006],
  ])('%s', (_, line, code) => {
    const { wire, events } = start();
    wire.client(line);
    expect(events).toMatchObject([{ outcome: { kind: 'error', code, by: 'proxy' } }]);
  });

  it('names no tool and no method but those that are known', () => {
    const { wire, events } = start();
    wire.client(callTool('hush-1', 'rm-hush'));
    wire.client(request(2, 'vendor/x'));
    expect(events).toMatchObject([
      { tool: { name: 'rm-[REDACTED:key]', isInPolicy: false }, idText: '"[REDACTED:key]-1"' },
      { tool: null, method: null },
    ]);
  });

  it.each([
    ['approved', { kind: 'result' }],
    ['denied', { kind: 'error', code: -32004, by: 'proxy' }],
    ['timeout', { kind: 'error', code: -32005, by: 'proxy' }],
  ] as const)('asked about and %s: the wait counts', (outcome, told) => {
    const { wire, events } = start();
    const [question] = wire.client(callTool(1, 'confirm')).asked;
    expect(events).toEqual([]);
    wire.answer(question?.key ?? 0, outcome);
    wire.server(answer(1, {}));
    expect(events.map((event) => event.outcome)).toEqual([told]);
    expect(events[0]?.start).toBe(0);
  });

  it('held for the list of tools, which is no request of anybody’s', () => {
    const { wire, events } = start();
    const [line = ''] = wire.client(callTool(1, 'pinned')).toServer;
    wire.server(answer(JSON.parse(line).id, { tools: [] }));
    expect(events).toMatchObject([{ idText: '1', outcome: { code: -32001, by: 'proxy' } }]);
  });

  it('too late', () => {
    const { wire, events } = start({ requestTimeout: 10 });
    wire.client(callTool(1, 'plain'));
    wire.tick(0);
    wire.tick(20);
    wire.server(answer(1, {}));
    expect(events).toMatchObject([{ outcome: { kind: 'error', by: 'proxy' } }]);
  });

  it('cancelled while it waited, or left by the server', () => {
    const { wire, events } = start();
    wire.client(callTool(1, 'confirm'));
    wire.client({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 1 } });
    wire.client(callTool(2, 'plain'));
    wire.serverEnded();
    expect(events.map(({ idText, outcome }) => [idText, outcome.kind])).toEqual([
      ['1', 'error'],
      ['2', 'error'],
    ]);
  });

  it('of the server’s too', () => {
    const { wire, events } = start();
    wire.server(request('s', 'roots/list'));
    wire.client(answer('s', { roots: [] }));
    wire.server(request('t', 'sampling/createMessage'));
    expect(events).toMatchObject([
      { from: 'server', method: 'roots/list', outcome: { kind: 'result' } },
      { from: 'server', method: 'sampling/createMessage', outcome: { code: -32006, by: 'proxy' } },
    ]);
  });

  it.each([
    [-32700, -32700],
    [-32603, -32603],
    [-32099, -32099],
    [-32042, -32042],
    [-32000, -32000],
    [-32000.5, null],
    [-31999, null],
    [-32100, null],
    [404, null],
    [1e300, null],
  ])('with the code %d as %j: a server can choose any', (code, told) => {
    const { wire, events } = start();
    wire.client(callTool(1, 'plain'));
    wire.server({ jsonrpc: '2.0', id: 1, error: { code, message: 'x' } });
    expect(events.map((event) => event.outcome)).toEqual([{ kind: 'error', code: told, by: 'server' }]);
  });

  it.each([
    ['2025-11-25', '2025-11-25'],
    ['2025-11-26', null],
    ['hush', null],
    ['2025-06-18'.repeat(3), null],
  ])('with the version only where it is a revision: %s', (version, told) => {
    const old = start();
    old.wire.client(request(0, 'initialize', { protocolVersion: '2025-06-18' }));
    old.wire.server(answer(0, { protocolVersion: version }));
    old.wire.client(callTool(1, 'plain'));
    old.wire.server(answer(1, {}));
    expect(old.events.map((event) => event.protocolVersion)).toEqual([told, told]);
    const stateless = start();
    stateless.wire.client(request(0, 'initialize', {}));
    stateless.wire.server(answer(0, { protocolVersion: '2025-06-18' }));
    const meta = { 'io.modelcontextprotocol/protocolVersion': version };
    stateless.wire.client(request(1, 'tools/call', { name: 'plain', _meta: meta }));
    stateless.wire.server(answer(1, {}));
    expect(stateless.events.map((event) => event.protocolVersion)).toEqual(['2025-06-18', told]);
  });

  it.each([
    ['00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01', true],
    ['longer'.repeat(20), false],
    [7, false],
  ])('with the trace that the caller names: %s', (traceparent, isKept) => {
    const { wire, events } = start();
    const meta = { traceparent, 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
    wire.client(request(1, 'tools/call', { name: 'plain', _meta: meta }));
    wire.server(answer(1, {}));
    expect(events).toMatchObject([
      { traceparent: isKept ? traceparent : null, protocolVersion: '2026-07-28' },
    ]);
  });
});
