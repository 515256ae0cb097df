import type { Engine, Scanner } from '@agentpolicy/engine';
import { describe, expect, it } from 'vitest';
import { callTool, request } from '../support/wire.ts';
import { GatewayWire, makeEngine, type Outcome } from '../support/wire-gateway.ts';

const SPEC = `
allowed_tools: [plain]
denied_tools: [drop]
tool_rules:
  - tool: confirm
    action: ask
  - tool: pinned
    schema_hash: "sha256:${'0'.repeat(64)}"
dlp:
  scan_requests: true
  on_request_match: redact
  patterns:
    - name: key
      regex: hush`;

const OPTIONS = { canAsk: true, filterTools: true, verbose: true };

/** An engine whose call number `at` fails, counted over all that it does. */
function makeFailing(at: number): { readonly engine: Engine; readonly calls: () => number } {
  const engine = makeEngine(SPEC);
  let calls = 0;
  const count = (): void => {
    if (++calls === at) throw new RangeError('out of order');
  };
  const guard = (scanner: Scanner | null): Scanner | null =>
    scanner === null
      ? null
      : {
          scanText(text) {
            count();
            return scanner.scanText(text);
          },
          scanMessage(message, source) {
            count();
            return scanner.scanMessage(message, source);
          },
        };
  return {
    calls: () => calls,
    engine: {
      ...engine,
      requests: guard(engine.requests),
      responses: guard(engine.responses),
      logs: guard(engine.logs),
      couldAllow(tool) {
        count();
        return engine.couldAllow(tool);
      },
      decideMethod(method) {
        count();
        return engine.decideMethod(method);
      },
      decideToolCall(call) {
        count();
        return engine.decideToolCall(call);
      },
    },
  };
}

/** A session in which everything happens that the gateway keeps books about. */
function play(wire: GatewayWire): readonly Outcome[] {
  const outcomes: Outcome[] = [];
  const keep = (outcome: Outcome): Outcome => {
    outcomes.push(outcome);
    return outcome;
  };
  keep(wire.client(request(0, 'initialize', { protocolVersion: '2025-03-26' })));
  keep(wire.server({ jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-03-26' } }));
  keep(wire.client(request(1, 'tools/list')));
  keep(wire.server({ jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'plain' }, { name: 'drop' }] } }));
  keep(wire.client(callTool(2, 'plain', { text: 'hush' })));
  keep(wire.client(callTool(3, 'drop')));
  for (const question of keep(wire.client(callTool(4, 'confirm', { text: 'x' }))).asked)
    keep(wire.answer(question.key, 'approved'));
  for (const question of keep(wire.client(callTool(5, 'confirm'))).asked)
    keep(wire.answer(question.key, 'denied'));
  keep(wire.server({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }));
  const { toServer } = keep(wire.client(callTool(6, 'pinned')));
  keep(wire.client(`[${callTool(7, 'plain')},${callTool(8, 'confirm')},${callTool(9, 'drop')}]`));
  for (const line of toServer) {
    const { id, method } = JSON.parse(line);
    if (method === 'tools/list')
      keep(wire.server({ jsonrpc: '2.0', id, result: { tools: [{ name: 'pinned' }] } }));
  }
  keep(wire.server({ jsonrpc: '2.0', id: 2, result: { text: 'hush' } }));
  keep(wire.server({ jsonrpc: '2.0', id: 'roots', method: 'roots/list' }));
  keep(wire.server('no message: hush'));
  keep(wire.client('{"jsonrpc":"2.0","id":10,"method":"ping","Method":"x"}'));
  keep(wire.tick(0));
  keep(wire.tick(20_000));
  keep(wire.clientEnded());
  keep(wire.serverEnded());
  return outcomes;
}

const idsOf = (lines: readonly string[]): unknown[] =>
  lines
    .flatMap((line) => [JSON.parse(line)].flat())
    .filter((message) => message.method === undefined)
    .map((message) => message.id);

describe('whatever fails', () => {
  const healthy = makeFailing(0);
  const whole = play(new GatewayWire(healthy.engine, OPTIONS));
  const toServer = new Set(whole.flatMap((outcome) => outcome.toServer));

  it('a session without a failure has something to fail', () => {
    expect(healthy.calls()).toBeGreaterThan(30);
    expect(idsOf(whole.flatMap((outcome) => outcome.toClient)).length).toBe(11);
  });

  it.each(Array.from({ length: healthy.calls() }, (_, index) => index + 1))(
    'at call %d: each request has one answer, and nothing more reaches the server',
    (at) => {
      const outcomes = play(new GatewayWire(makeFailing(at).engine, OPTIONS));
      const answered = idsOf(outcomes.flatMap((outcome) => outcome.toClient));
      // Where `initialize` failed there is no version that has batches: the batch is refused whole.
      const batch = answered.includes(null) ? [null] : [7, 8, 9];
      expect(new Set(answered)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, ...batch, 10]));
      expect(answered).toHaveLength(8 + batch.length);
      for (const line of outcomes.flatMap((outcome) => outcome.toServer)) {
        const { method, error, params } = JSON.parse(line);
        const isOwn = method === 'tools/list' || error !== undefined;
        const isPart = [...toServer].some((text) => text.includes(line) || line.startsWith('['));
        expect([line, isOwn || isPart || params?.name === 'plain']).toEqual([line, true]);
      }
      expect(JSON.stringify(outcomes)).not.toContain('out of order');
    },
  );
});
