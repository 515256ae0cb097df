import { describe, expect, it } from 'vitest';
import { callTool } from '../support/wire.ts';
import { codeOf, GatewayWire, makeEngine } from '../support/wire-gateway.ts';

const SPEC = `
allowed_tools: [plain]
tool_rules:
  - tool: confirm
    action: ask
    allow_args:
      text: ^[a-z ]+$
dlp:
  patterns:
    - name: key
      regex: hush`;

const CALL = callTool(1, 'confirm', { text: 'hello' });
const CANCEL = '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}';

const start = (spec = SPEC): GatewayWire => new GatewayWire(makeEngine(spec), { canAsk: true });

describe('a call that needs approval', () => {
  it('is asked about, with what the scanner leaves of its arguments', () => {
    const { asked, toServer, toClient, records } = start().client(
      callTool(1, 'Confirm', { text: 'hush now' }),
    );
    expect(asked).toEqual([
      {
        key: 1,
        tool: 'Confirm',
        argsText: '{"text":"[REDACTED:key] now"}',
        rule: 'spec.tool_rules[0] (line 8)',
        line: 8,
        policy: 'test-policy',
      },
    ]);
    expect([toServer, toClient]).toEqual([[], []]);
    expect(records).toEqual([
      {
        kind: 'approval-asked',
        direction: 'upstream',
        method: 'tools/call',
        tool: 'Confirm',
        argsText: '{"text":"[REDACTED:key] now"}',
        rule: 'spec.tool_rules[0] (line 8)',
        idText: '1',
      },
    ]);
  });

  it('is forwarded as it came once it is approved, and audited', () => {
    const wire = start();
    wire.client(CALL);
    const { toServer, records } = wire.answer(1, 'approved');
    expect(toServer).toEqual([CALL]);
    expect(records).toMatchObject([{ decision: 'ALLOW', reason: 'approved', tool: 'confirm' }]);
    expect(wire.server('{"jsonrpc":"2.0","id":1,"result":{}}').toClient).toHaveLength(1);
  });

  it.each([
    ['denied', -32004],
    ['timeout', -32005],
    ['nobody', -32004],
    ['too-many', -32004],
  ] as const)('%s: %d', (outcome, code) => {
    const wire = start();
    wire.client(CALL);
    const { toServer, toClient, records } = wire.answer(1, outcome);
    expect(toServer).toEqual([]);
    expect(toClient.map(codeOf)).toEqual([code]);
    expect(records).toMatchObject([{ decision: 'BLOCK', errorCode: code }]);
    // The id is free again.
    expect(wire.client(CALL).asked).toHaveLength(1);
  });

  it('is approved once: the same call is asked about again', () => {
    const wire = start();
    wire.client(CALL);
    wire.answer(1, 'approved');
    expect(wire.answer(1, 'approved').toServer).toEqual([]);
    const again = wire.client(callTool(2, 'confirm', { text: 'hello' }));
    expect(again.asked.map((question) => question.key)).toEqual([2]);
    expect(wire.answer(3, 'approved').toServer).toEqual([]);
  });

  it('holds up no other message', () => {
    const wire = start();
    wire.client(CALL);
    expect(wire.client(callTool(2, 'plain')).toServer).toHaveLength(1);
    expect(wire.server('{"jsonrpc":"2.0","id":2,"result":{}}').toClient).toHaveLength(1);
    expect(codeOf(wire.client(CALL).toClient[0])).toBe(-32600);
  });

  it.each([
    ['a result', '{"jsonrpc":"2.0","id":1,"result":{"content":[]}}'],
    ['an error', '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"no"}}'],
    ['an answer with two readings', '{"jsonrpc":"2.0","id":1,"result":{},"Result":{}}'],
  ])('is answered by no server that was not sent it: %s', (_, forged) => {
    const wire = start();
    wire.client(CALL);
    const { toClient, toServer, logs } = wire.server(forged);
    expect([toClient, toServer]).toEqual([[], []]);
    expect(logs).toEqual([expect.stringContaining("REFUSED: a message of the server's")]);
    expect(wire.answer(1, 'approved').toServer).toEqual([CALL]);
    expect(wire.server('{"jsonrpc":"2.0","id":1,"result":{}}').toClient.map(codeOf)).toEqual(['result']);
    expect(wire.server(forged).toClient).toEqual([]);
  });

  it('is answered when the server is gone, whatever that has said before', () => {
    const wire = start();
    wire.client(CALL);
    wire.server('{"jsonrpc":"2.0","id":1,"result":{}}');
    expect(wire.serverEnded().toClient.map(codeOf)).toEqual([-32603]);
    expect(wire.answer(1, 'approved')).toMatchObject({ toServer: [], toClient: [] });
  });

  it('is not asked about where not all its arguments can be shown', () => {
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`key-${at}`, at]));
    const { asked, toServer, toClient, records } = start().client(
      callTool(1, 'confirm', { text: 'a', ...many }),
    );
    expect([asked, toServer]).toEqual([[], []]);
    expect(JSON.parse(toClient[0] ?? '').error).toMatchObject({
      code: -32004,
      data: { reason: 'The call needs approval, and its arguments are too many to be shown' },
    });
    expect(records).toMatchObject([{ decision: 'BLOCK', errorCode: -32004 }]);
    expect(start().client(callTool(1, 'confirm', { text: 'x'.repeat(5000) })).asked).toHaveLength(1);
  });

  it('is not asked about where its arguments break the policy', () => {
    const { asked, toClient } = start().client(callTool(1, 'confirm', { text: '1' }));
    expect(asked).toEqual([]);
    expect(codeOf(toClient[0])).toBe(-32001);
  });

  it('is asked about in monitor mode too', () => {
    expect(start(`mode: monitor${SPEC}`).client(CALL).asked).toHaveLength(1);
  });

  it('is gone when it is cancelled, even where the policy refuses cancellations', () => {
    const wire = start();
    wire.client(CALL);
    const cancelled = wire.client(CANCEL);
    expect(cancelled).toMatchObject({ closed: [1], toServer: [], toClient: [] });
    expect(wire.answer(1, 'approved')).toMatchObject({ toServer: [], toClient: [] });
  });

  it('is gone when the client is', () => {
    const wire = start();
    wire.client(CALL);
    expect(wire.clientEnded()).toMatchObject({ closed: [1], toServer: [] });
    expect(wire.answer(1, 'approved').toServer).toEqual([]);
  });

  it('is answered when the server ends', () => {
    const wire = start();
    wire.client(CALL);
    const { closed, toClient } = wire.serverEnded();
    expect(closed).toEqual([1]);
    expect(toClient.map(codeOf)).toEqual([-32603]);
    expect(wire.answer(1, 'approved').toServer).toEqual([]);
  });

  it('is no server’s fault: no time limit of its own ends it', () => {
    const wire = new GatewayWire(makeEngine(SPEC), { canAsk: true, requestTimeout: 10 });
    wire.client(CALL);
    wire.tick(0);
    expect(wire.tick(1000).toClient).toEqual([]);
    expect(wire.answer(1, 'approved').toServer).toEqual([CALL]);
  });

  it('is refused as a notification: nobody could be told', () => {
    const call =
      '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"confirm","arguments":{"text":"a"}}}';
    expect(start().client(call)).toMatchObject({ asked: [], toServer: [], toClient: [] });
  });

  it('is answered for itself in a batch', () => {
    const wire = start();
    wire.client({ jsonrpc: '2.0', id: 0, method: 'initialize', params: { protocolVersion: '2025-03-26' } });
    wire.server({ jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-03-26' } });
    const { asked, toServer } = wire.client(`[${CALL},${callTool(2, 'plain')}]`);
    expect(toServer).toEqual([`[${callTool(2, 'plain')}]`]);
    expect(asked).toHaveLength(1);
    expect(wire.answer(1, 'approved').toServer).toEqual([CALL]);
  });
});

describe('a policy that changes', () => {
  it('holds from the next message on', () => {
    const wire = start();
    expect(wire.client(callTool(1, 'plain')).toServer).toHaveLength(1);
    wire.gateway.replaceEngine(makeEngine('allowed_tools: [other]'));
    expect(codeOf(wire.client(callTool(2, 'plain')).toClient[0])).toBe(-32001);
    expect(wire.client(callTool(3, 'other')).toServer).toHaveLength(1);
    expect(wire.server('{"jsonrpc":"2.0","id":1,"result":{}}').toClient).toHaveLength(1);
  });

  it.each([
    ['refuses', 'allowed_tools: [plain]', 0],
    ['permits', 'allowed_tools: [confirm]', 1],
    ['still asks about', SPEC, 1],
  ])('%s a call that was approved under the one before', (_, spec, forwarded) => {
    const wire = start();
    wire.client(CALL);
    wire.gateway.replaceEngine(makeEngine(spec));
    expect(wire.answer(1, 'approved').toServer).toHaveLength(forwarded);
  });

  it('keeps what was spent of a limit that stays', () => {
    const spec = 'tool_rules:\n  - tool: fetch\n    rate_limit: 1/minute';
    const first = makeEngine(spec);
    const wire = new GatewayWire(first);
    wire.client(callTool(1, 'fetch'));
    wire.gateway.replaceEngine(makeEngine(`${spec}\nallowed_tools: [x]`, 'v1alpha2', first));
    expect(codeOf(wire.client(callTool(2, 'fetch')).toClient[0])).toBe(-32002);
  });
});
