import type { Engine } from '@agentpolicy/engine';
import { describe, expect, it } from 'vitest';
import { createStubEngine } from '../support/stub-engine.ts';
import { callTool, request } from '../support/wire.ts';
import { codeOf, GatewayWire, makeEngine } from '../support/wire-gateway.ts';

/** An engine that fails on one tool and on whatever it is to scan for a certain word. */
function failingEngine(): Engine {
  const engine = createStubEngine({ tools: { read: 'allow', bad: 'allow' }, secret: 'unused' });
  return {
    ...engine,
    decideToolCall(call) {
      if (call.name === 'bad') throw new RangeError('secret of the message');
      return engine.decideToolCall(call);
    },
    responses: {
      scanText: (text) => ({ text, events: [], truncated: false }),
      scanMessage(_, source) {
        if (source.includes('poison')) throw new TypeError('secret of the message');
        return { kind: 'clean', events: [], truncated: false };
      },
    },
  };
}

describe('a message on which judging fails', () => {
  it('is refused and audited, and the next one passes', () => {
    const wire = new GatewayWire(failingEngine());
    const { toServer, toClient, records, logs } = wire.client(callTool(7, 'bad', {}));
    expect(toServer).toEqual([]);
    expect(JSON.parse(toClient[0] ?? '')).toMatchObject({ id: 7, error: { code: -32603 } });
    expect(records).toMatchObject([{ decision: 'BLOCK', errorCode: -32603, idText: '7' }]);
    expect(logs.join()).toContain('RangeError');
    expect(JSON.stringify([toClient, records, logs])).not.toContain('secret');
    const next = callTool(7, 'read', {});
    expect(wire.client(next).toServer).toEqual([next]);
  });

  it('takes nothing else of its batch with it', () => {
    const wire = new GatewayWire(failingEngine());
    // The one version that has batches.
    wire.client(request(0, 'initialize', { protocolVersion: '2025-03-26' }));
    wire.server({ jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-03-26' } });
    const { toServer, toClient } = wire.client(`[${callTool(1, 'bad', {})},${callTool(2, 'read', {})}]`);
    expect(toServer).toEqual([`[${callTool(2, 'read', {})}]`]);
    expect(toClient.join()).toContain('-32603');
  });

  it('fails the request that it answers', () => {
    const wire = new GatewayWire(failingEngine());
    wire.client(callTool(3, 'read', {}));
    const { toServer, toClient } = wire.server({ jsonrpc: '2.0', id: 3, result: { text: 'poison' } });
    expect(toServer).toEqual([]);
    expect(JSON.parse(toClient[0] ?? '')).toMatchObject({ id: 3, error: { code: -32603 } });
    expect(wire.serverEnded().toClient).toEqual([]);
  });
});

describe('arguments that grow when they are written', () => {
  const engine = makeEngine(`
tool_rules:
  - tool: open
    action: allow
  - tool: tight
    allow_args: { list: "^x$" }`);
  const list: unknown = JSON.parse(`[${'1e308,'.repeat(170_000)}1]`);

  it.each([
    ['open', 'result'],
    ['tight', -32001],
  ] as const)(
    'are judged for the tool %s, also in a protocol that knows retries',
    (tool, outcome) => {
      const wire = new GatewayWire(engine);
      const meta = { 'io.modelcontextprotocol/protocolVersion': '2026-07-28' };
      const call = request(1, 'tools/call', { name: tool, arguments: { list }, _meta: meta });
      const { toServer, toClient } = wire.client(call);
      if (outcome === 'result') expect(toServer).toHaveLength(1);
      else expect([toServer, codeOf(toClient[0])]).toEqual([[], outcome]);
      expect(wire.client(request(2, 'ping')).toServer).toHaveLength(1);
    },
    3000,
  );
});

describe('an answer with text behind it', () => {
  it('fails the request that it names at once', () => {
    const wire = new GatewayWire(createStubEngine({ tools: { read: 'allow' } }));
    wire.client(callTool(3, 'read', {}));
    const { toClient } = wire.server('{"jsonrpc":"2.0","id":3,"result":{}}{}');
    expect(toClient).toHaveLength(1);
    expect(JSON.parse(toClient[0] ?? '')).toMatchObject({ id: 3, error: { code: -32603 } });
  });
});

describe('a repeated key', () => {
  it('is not told: the scanner would see it cut', () => {
    const wire = new GatewayWire(createStubEngine({ tools: { read: 'allow' } }));
    const key = `${'x'.repeat(170)}SEKRET-1234567890`;
    const { records, logs, toClient } = wire.client(
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"read","arguments":{"${key}":1,"${key}":2}}}`,
    );
    expect(JSON.parse(toClient[0] ?? '')).toMatchObject({ id: 1, error: { code: -32600 } });
    expect(records).toMatchObject([{ reason: expect.stringContaining('a key is repeated') }]);
    expect(JSON.stringify([records, logs, toClient])).not.toContain('SEKRET');
  });
});
