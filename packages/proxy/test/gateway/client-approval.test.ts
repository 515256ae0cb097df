import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPromptLimit } from '../../src/approvals/prompt-limit.ts';
import { ApprovalStates } from '../../src/gateway/client-approval/approval-states.ts';
import { callTool, request } from '../support/wire.ts';
import { codeOf, GatewayWire, makeEngine, type Outcome } from '../support/wire-gateway.ts';

const SPEC = `
allowed_tools: [plain]
denied_methods: [elicitation/create]
tool_rules:
  - tool: deploy
    action: ask
    allow_args:
      env: ^[a-z]+$
dlp:
  patterns:
    - name: key
      regex: hush`;

const TIME_LIMIT = 50_000;

/** What several gateways of one process share. */
class Process {
  now = 0;
  readonly states = new ApprovalStates({
    key: randomBytes(32),
    randomBytes,
    clock: () => this.now,
    timeLimit: TIME_LIMIT,
  });

  start(sessionId = 's', spec = SPEC, perMinute = 20): GatewayWire {
    const { states } = this;
    const mayAsk = createPromptLimit(perMinute, () => this.now);
    const askClient = { states, sessionId, target: 'server', timeLimit: TIME_LIMIT, mayAsk };
    return new GatewayWire(makeEngine(spec), { askClient });
  }
}

describe('a client of an older protocol', () => {
  const start = (elicitation: unknown, spec = SPEC, perMinute = 20): GatewayWire => {
    const wire = new Process().start('s', spec, perMinute);
    const capabilities = elicitation === undefined ? {} : { elicitation };
    wire.client(request(0, 'initialize', { protocolVersion: '2025-11-25', capabilities }));
    wire.server({ jsonrpc: '2.0', id: 0, result: { protocolVersion: '2025-11-25' } });
    return wire;
  };
  const CALL = callTool(1, 'deploy', { env: 'prod' });
  const idOf = ({ toClient }: Outcome): unknown => JSON.parse(toClient[0] ?? '{}').id;
  const say = (wire: GatewayWire, id: unknown, result: unknown): Outcome =>
    wire.client({ jsonrpc: '2.0', id, result });
  const APPROVAL = { action: 'accept', content: { decision: 'approve' } };

  it('is asked with a form, and the server sees nothing of that', () => {
    const wire = start({});
    const asked = wire.client(callTool(1, 'deploy', { env: 'prod', note: 'hush\n\u202e\u001b[2J' }));
    expect(asked.toServer).toEqual([]);
    const question = JSON.parse(asked.toClient[0] ?? '');
    expect(question.method).toBe('elicitation/create');
    expect(question.params.requestedSchema).toEqual({
      type: 'object',
      properties: { decision: { type: 'string', title: 'Decision', enum: ['deny', 'approve'] } },
      required: ['decision'],
    });
    // One line each: what an agent chose can't look like a line of ours.
    expect(question.params.message.split('\n')).toEqual([
      'Approve this tool call?',
      'Tool: deploy',
      'Arguments: {"env":"prod","note":"[REDACTED:key]\\n\\u{202e}\\u001b[2J"}',
      'Server: server',
      'Policy: test-policy, spec.tool_rules[0] (line 9)',
    ]);
    expect(asked.records).toMatchObject([{ kind: 'approval-asked', tool: 'deploy' }]);
  });

  it('approves: the call goes on as it came, and is audited', () => {
    const wire = start({ form: {} });
    const answered = say(wire, idOf(wire.client(CALL)), APPROVAL);
    expect(answered).toMatchObject({ toServer: [CALL], toClient: [] });
    expect(answered.records).toMatchObject([{ decision: 'ALLOW', reason: 'approved' }]);
  });

  it.each([
    ['declines', { action: 'decline' }],
    ['cancels', { action: 'cancel' }],
    ['declines an approval', { action: 'decline', content: { decision: 'approve' } }],
    ['denies', { action: 'accept', content: { decision: 'deny' } }],
    ['accepts without a choice', { action: 'accept' }],
    ['accepts something else', { action: 'accept', content: { decision: true } }],
    ['spells it otherwise', { action: 'Accept', content: { decision: 'approve' } }],
    ['chooses a list', { action: 'accept', content: { decision: ['approve'] } }],
    ['says nothing', {}],
    ['says null', null],
  ])('%s: the call is refused', (_, result) => {
    const wire = start({});
    const answered = say(wire, idOf(wire.client(CALL)), result);
    expect(answered.toServer).toEqual([]);
    expect(answered.toClient.map(codeOf)).toEqual([-32004]);
    expect(answered.records).toMatchObject([{ decision: 'BLOCK', errorCode: -32004 }]);
  });

  it.each([
    ['an error', (id: unknown) => ({ jsonrpc: '2.0', id, error: { code: -1, message: 'no' } })],
    ['an answer with two readings', (id: unknown) => ({ jsonrpc: '2.0', id, result: {}, RESULT: {} })],
  ])('answers with %s: the call is refused', (_, answer) => {
    const wire = start({});
    const { toServer, toClient } = wire.client(answer(idOf(wire.client(CALL))));
    expect(toServer).toEqual([]);
    expect(toClient.map(codeOf)).toEqual([-32004]);
  });

  it.each([
    ['declared nothing', undefined],
    ['declared URLs only', { url: {} }],
    ['declared what is no capability', true],
  ])('that %s is not asked', (_, capability) => {
    const { toClient, toServer, records } = start(capability).client(CALL);
    expect([toClient.map(codeOf), toServer]).toEqual([[-32004], []]);
    expect(records).toMatchObject([{ kind: 'decision', decision: 'BLOCK' }]);
  });

  it('has its question closed in time, and is told', () => {
    const wire = start({});
    const id = idOf(wire.client(CALL));
    expect(wire.tick(1000).toClient).toEqual([]);
    expect(wire.tick(1000 + TIME_LIMIT - 1).toClient).toEqual([]);
    const { toClient } = wire.tick(1000 + TIME_LIMIT);
    expect(JSON.parse(toClient[0] ?? '')).toMatchObject({
      method: 'notifications/cancelled',
      params: { requestId: id },
    });
    expect(codeOf(toClient[1])).toBe(-32005);
    expect(say(wire, id, APPROVAL).toServer).toEqual([]);
  });

  it('can take the call back', () => {
    const wire = start({});
    const id = idOf(wire.client(CALL));
    const { toServer, toClient } = wire.client({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 1 },
    });
    expect(toServer).toEqual([]);
    expect(toClient.map((line) => JSON.parse(line).params.requestId)).toEqual([id]);
    expect(say(wire, id, APPROVAL)).toMatchObject({ toServer: [], toClient: [] });
  });

  it('answers once, for one call', () => {
    const wire = start({});
    const first = idOf(wire.client(CALL));
    const second = idOf(wire.client(callTool(2, 'deploy', { env: 'staging' })));
    expect(first).not.toBe(second);
    expect(say(wire, second, APPROVAL).toServer).toEqual([callTool(2, 'deploy', { env: 'staging' })]);
    expect(say(wire, second, APPROVAL).toServer).toEqual([]);
    expect(say(wire, first, { action: 'decline' }).toServer).toEqual([]);
  });

  it('is not asked too often', () => {
    const wire = start({}, SPEC, 1);
    expect(idOf(wire.client(CALL))).toBe('aip-proxy:ask-1');
    expect(wire.client(callTool(2, 'deploy', { env: 'x' })).toClient.map(codeOf)).toEqual([-32004]);
  });

  it.each([
    ['asks under an id of ours', { jsonrpc: '2.0', id: 'aip-proxy:ask-1', method: 'roots/list' }],
    [
      'gives our question up',
      { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'aip-proxy:ask-1' } },
    ],
    ['answers our question', { jsonrpc: '2.0', id: 'aip-proxy:ask-1', result: APPROVAL }],
  ])('is the only one who answers: a server that %s reaches nothing', (_, message) => {
    const wire = start({});
    const id = idOf(wire.client(CALL));
    const { toClient, toServer } = wire.server(message);
    expect(toClient).toEqual([]);
    expect(toServer.map(codeOf)).not.toContain('result');
    expect(say(wire, id, APPROVAL).toServer).toEqual([CALL]);
  });

  it('is not fooled by a server that was first with the id', () => {
    const wire = start({});
    expect(wire.server({ jsonrpc: '2.0', id: 'aip-proxy:ask-1', method: 'ping' }).toClient).toEqual([]);
    expect(idOf(wire.client(CALL))).toBe('aip-proxy:ask-1');
  });

  it('may change its policy meanwhile', () => {
    const wire = start({});
    const id = idOf(wire.client(CALL));
    wire.gateway.replaceEngine(makeEngine('allowed_tools: [other]'));
    expect(say(wire, id, APPROVAL).toServer).toEqual([]);
  });

  it('is gone, or the server is: the question with it', () => {
    const first = start({});
    const id = idOf(first.client(CALL));
    first.clientEnded();
    expect(say(first, id, APPROVAL).toServer).toEqual([]);
    const second = start({});
    const other = idOf(second.client(CALL));
    expect(second.serverEnded().toClient.map((line) => JSON.parse(line).method ?? codeOf(line))).toEqual([
      'notifications/cancelled',
      -32603,
    ]);
    expect(say(second, other, APPROVAL).toServer).toEqual([]);
  });
});

describe('a client of protocol 2026-07-28', () => {
  interface CallOptions {
    readonly id?: number;
    readonly tool?: string;
    readonly args?: unknown;
    readonly elicitation?: unknown;
    readonly more?: Readonly<Record<string, unknown>>;
  }

  const call = ({
    id = 1,
    tool = 'deploy',
    args = { env: 'prod' },
    elicitation = {},
    more,
  }: CallOptions = {}) =>
    request(id, 'tools/call', {
      name: tool,
      arguments: args,
      ...more,
      _meta: {
        'io.modelcontextprotocol/protocolVersion': '2026-07-28',
        'io.modelcontextprotocol/clientCapabilities': { elicitation },
      },
    });

  const APPROVAL = { 'aip-approval': { action: 'accept', content: { decision: 'approve' } } };
  const stateOf = ({ toClient }: Outcome): string => JSON.parse(toClient[0] ?? '{}').result?.requestState;
  const approve = (requestState: unknown, options: CallOptions = {}): string =>
    call({ id: 2, ...options, more: { inputResponses: APPROVAL, requestState, ...options.more } });

  it('is asked by the answer to its call', () => {
    const asked = new Process().start().client(call());
    expect(asked.toServer).toEqual([]);
    const { result, id } = JSON.parse(asked.toClient[0] ?? '');
    expect([id, result.resultType]).toEqual([1, 'input_required']);
    expect(result.inputRequests['aip-approval']).toMatchObject({
      method: 'elicitation/create',
      params: { mode: 'form', message: expect.stringContaining('Tool: deploy') },
    });
    expect(result.requestState).toMatch(/^aip-proxy:/);
    expect(asked.records).toMatchObject([{ kind: 'approval-asked' }]);
  });

  it('approves: the call goes on without anything of ours', () => {
    const wire = new Process().start();
    const { toServer, records } = wire.client(approve(stateOf(wire.client(call()))));
    expect(toServer).toEqual([call({ id: 2 })]);
    expect(records).toMatchObject([{ decision: 'ALLOW', reason: 'approved' }]);
    expect(wire.server('{"jsonrpc":"2.0","id":2,"result":{"resultType":"complete"}}').toClient).toHaveLength(
      1,
    );
  });

  it('keeps what the server asked for before', () => {
    const wire = new Process().start();
    const more = { inputResponses: { login: { action: 'accept' } }, requestState: 'the server’s' };
    const asked = wire.client(call({ more }));
    const { toServer } = wire.client(approve(stateOf(asked)));
    expect(toServer.map((line) => JSON.parse(line).params)).toEqual([JSON.parse(call({ more })).params]);
  });

  it.each([
    ['nothing', undefined],
    ['no object', 'approve'],
    ['nothing for our question', { other: { action: 'accept', content: { decision: 'approve' } } }],
    ['a refusal', { 'aip-approval': { action: 'decline' } }],
    ['a denial', { 'aip-approval': { action: 'accept', content: { decision: 'deny' } } }],
  ])('brings %s: refused, and the state is spent', (_, inputResponses) => {
    const wire = new Process().start();
    const state = stateOf(wire.client(call()));
    const refused = wire.client(approve(state, { more: { inputResponses } }));
    expect([refused.toServer, refused.toClient.map(codeOf)]).toEqual([[], [-32004]]);
    expect(refused.records).toMatchObject([{ decision: 'BLOCK', errorCode: -32004 }]);
    expect(wire.client(approve(state, { id: 3 })).toServer).toEqual([]);
  });

  it.each([
    ['undeclared', null],
    ['for URLs only', { url: {} }],
  ])('shows no forms (%s): not asked', (_, elicitation) => {
    const { toClient, toServer } = new Process().start().client(call({ elicitation }));
    expect([toServer, toClient.map(codeOf)]).toEqual([[], [-32004]]);
  });

  describe('attacks: nothing reaches the server', () => {
    const refusedBy = (wire: GatewayWire, line: string): void => {
      const { toServer, toClient } = wire.client(line);
      expect(toServer).toEqual([]);
      expect(toClient).toHaveLength(1);
      expect([-32004, -32005]).toContain(codeOf(toClient[0]));
    };

    it('a state that is used again', () => {
      const wire = new Process().start();
      const state = stateOf(wire.client(call()));
      expect(wire.client(approve(state)).toServer).toHaveLength(1);
      refusedBy(wire, approve(state, { id: 3 }));
    });

    it.each([
      ['another argument', { args: { env: 'prodx' } }],
      ['one argument more', { args: { env: 'prod', force: true } }],
      ['no argument', { args: {} }],
      ['another tool', { tool: 'plain' }],
      ['another spelling of the tool', { tool: 'Deploy' }],
      ['one member more', { more: { task: { ttl: 1 } } }],
    ])('a state with %s; it stays good for its own call', (_, changed: CallOptions) => {
      const wire = new Process().start();
      const state = stateOf(wire.client(call()));
      refusedBy(wire, approve(state, changed));
      expect(wire.client(approve(state, { id: 3 })).toServer).toHaveLength(1);
    });

    it.each([
      ['1.00000000000000001', '1.0'],
      ['1', '"1"'],
      ['0.1', '0.10000000000000001'],
      ['9007199254740993.0', '9007199254740992.0'],
      ['9007199254740993', '9007199254740992'],
      ['-0', '0'],
    ])('a state that was given for the number %s, with %s', (asked, sent) => {
      const write = (line: string, number: string): string => line.replace('"NUMBER"', number);
      const wire = new Process().start();
      const args = { env: 'prod', list: [{ rate: 'NUMBER' }] };
      const state = stateOf(wire.client(write(call({ args }), asked)));
      refusedBy(wire, write(approve(state, { args }), sent));
      expect(wire.client(write(approve(state, { id: 3, args }), asked)).toServer).toHaveLength(1);
    });

    it('a state that has expired', () => {
      const host = new Process();
      const wire = host.start();
      const [first, second] = [stateOf(wire.client(call())), stateOf(wire.client(call({ id: 5 })))];
      host.now = TIME_LIMIT - 1;
      expect(wire.client(approve(first)).toServer).toHaveLength(1);
      host.now = TIME_LIMIT;
      const { toServer, toClient } = wire.client(approve(second, { id: 3 }));
      expect([toServer, toClient.map(codeOf)]).toEqual([[], [-32005]]);
    });

    it('a state of another session', () => {
      const host = new Process();
      const state = stateOf(host.start('a').client(call()));
      refusedBy(host.start('b'), approve(state));
      expect(host.start('a').client(approve(state)).toServer).toHaveLength(1);
    });

    it('a state of another process', () => {
      refusedBy(new Process().start(), approve(stateOf(new Process().start().client(call()))));
    });

    it('a state that was given under another policy', () => {
      const wire = new Process().start();
      const state = stateOf(wire.client(call()));
      wire.gateway.replaceEngine(makeEngine(`${SPEC}\n      scope: all`));
      refusedBy(wire, approve(state));
    });

    it('a call without a state, or with the server’s own, is asked about', () => {
      const wire = new Process().start();
      for (const [id, state] of [undefined, 'the server’s', ''].entries()) {
        const { toServer, toClient } = wire.client(approve(state, { id: 10 + id }));
        expect([toServer, JSON.parse(toClient[0] ?? '').result?.resultType]).toEqual([[], 'input_required']);
      }
    });

    it('a state in a notification', () => {
      const wire = new Process().start();
      const state = stateOf(wire.client(call()));
      const { id: _, ...message } = JSON.parse(approve(state));
      expect(wire.client(message).toServer).toEqual([]);
    });

    it('a state of a tool that needs no approval', () => {
      const wire = new Process().start();
      refusedBy(wire, approve(stateOf(wire.client(call())), { tool: 'plain', args: {} }));
    });

    it('an approved call that the policy would refuse anyway', () => {
      const wire = new Process().start();
      expect(wire.client(call({ args: { env: 'PROD' } })).toClient.map(codeOf)).toEqual([-32001]);
    });

    it('any change of a state', () => {
      fc.assert(
        fc.property(fc.nat(), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 3 }), (place, put) => {
          const wire = new Process().start();
          const state = stateOf(wire.client(call()));
          const at = place % state.length;
          const forged = state.slice(0, at) + put + state.slice(at + 1);
          if (forged === state) return;
          expect(wire.client(approve(forged)).toServer).toEqual([]);
        }),
      );
    });

    it('so many questions that the first is forgotten', () => {
      const host = new Process();
      const wire = host.start('s', SPEC, 10_000);
      const first = stateOf(wire.client(call()));
      for (let id = 10; id < 1010; id++) wire.client(call({ id }));
      refusedBy(wire, approve(first));
    });
  });

  const TRACE = resolve(import.meta.dirname, '../../../../../shared/traces/13-modern-mrtr-elicitation.jsonl');
  it.skipIf(!existsSync(TRACE))(
    'as recorded: each call is asked about, and each question of the server’s passes',
    () => {
      const lines = readFileSync(TRACE, 'utf8').trim().split('\n');
      const sessions = new Map<string, GatewayWire>();
      const host = new Process();
      let asked = 0;
      for (const line of lines) {
        const { session_id: session, direction, raw } = JSON.parse(line);
        const wire = sessions.get(session) ?? host.start(session, SPEC.replace('[elicitation/create]', '[]'));
        sessions.set(session, wire);
        if (raw === undefined) continue;
        if (direction === 's2c') {
          expect(wire.server(raw).toClient.map((text) => JSON.parse(text))).toEqual([raw]);
          continue;
        }
        const outcome = wire.client(raw);
        if (raw.method !== 'tools/call') continue;
        asked++;
        // The recorded client knows nothing of our question: it is answered here, under an id that comes later.
        const { inputResponses: _, requestState: __, ...params } = raw.params;
        const retry = {
          ...raw,
          params: { ...params, inputResponses: APPROVAL, requestState: stateOf(outcome) },
        };
        expect(wire.client(retry).toServer.map((text) => JSON.parse(text))).toEqual([raw]);
      }
      expect(asked).toBe(6);
    },
  );
});
