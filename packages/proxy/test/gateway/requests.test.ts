import { describe, expect, it } from 'vitest';
import { callTool, request } from '../support/wire.ts';
import { codeOf, GatewayWire, makeEngine } from '../support/wire-gateway.ts';

const KEY = 'sk-12345678';

const spec = (settings: string, rest = 'allowed_tools: [send]'): string => `
${rest}
dlp:
  scan_requests: true
  ${settings.split('\n').join('\n  ')}
  patterns:
    - name: key
      regex: sk-[0-9]{8}
      scope: request
    - name: answer
      regex: pong
      scope: response`;

const RULE = `
tool_rules:
  - tool: send
    allow_args:
      text: "^[a-z0-9 -]*$"`;

describe('scan_requests', () => {
  it('blocks by default', () => {
    const wire = new GatewayWire(makeEngine(spec('detect_encoding: true')));
    const { toServer, toClient, records } = wire.client(callTool(1, 'send', { text: `the ${KEY}` }));
    expect(toServer).toEqual([]);
    expect(JSON.parse(toClient[0] ?? '').error).toEqual({
      code: -32001,
      message: 'Forbidden',
      data: { reason: 'The arguments match the DLP rule "key"', tool: 'send' },
    });
    expect(records).toMatchObject([
      { kind: 'dlp', direction: 'upstream', rule: 'key', action: 'BLOCKED', count: 1 },
      { kind: 'decision', decision: 'BLOCK', errorCode: -32001, argsText: '{"text":"the [REDACTED:key]"}' },
    ]);
  });

  it.each([
    ['an escape', callTool(1, 'send', { text: KEY }).replace('sk-1', '\\u0073k-1')],
    ['a key', callTool(1, 'send', { [KEY]: 1 })],
    ['a nested value', callTool(1, 'send', { a: [{ b: KEY }] })],
    ['base64', callTool(1, 'send', { text: Buffer.from(`the key is ${KEY}`).toString('base64') })],
    [
      'the answers of a retry',
      request(1, 'tools/call', { name: 'send', inputResponses: { q: { text: KEY } } }),
    ],
  ])('finds it in %s', (_, line) => {
    const wire = new GatewayWire(makeEngine(spec('detect_encoding: true')));
    expect(wire.client(line)).toMatchObject({ toServer: [], toClient: [expect.stringContaining('-32001')] });
  });

  it.each([
    ['nothing to find', callTool(1, 'send', { text: 'hello' })],
    ['a pattern for answers only', callTool(1, 'send', { text: 'pong' })],
    ['a match in the name of a method’s parameter', request(1, 'ping', { text: KEY })],
  ])('lets %s through as it is', (_, line) => {
    expect(new GatewayWire(makeEngine(spec(''))).client(line).toServer).toEqual([line]);
  });

  it('blocks in monitor mode too', () => {
    const wire = new GatewayWire(makeEngine(spec('', 'mode: monitor\nallowed_tools: [send]')));
    expect(wire.client(callTool(1, 'send', { text: KEY })).toServer).toEqual([]);
  });

  it('warns: told, audited, passed on', () => {
    const wire = new GatewayWire(makeEngine(spec('on_request_match: warn')));
    const call = callTool(1, 'send', { text: KEY });
    const { toServer, records, logs } = wire.client(call);
    expect(toServer).toEqual([call]);
    expect(records).toMatchObject([{ decision: 'ALLOW', reason: 'The arguments match the DLP rule "key"' }]);
    expect(logs.join('\n')).toContain('passed on as it is (warn)');
  });

  it('redacts: only the match changes', () => {
    const wire = new GatewayWire(makeEngine(spec('on_request_match: redact')));
    const call = `{"id":1,"jsonrpc":"2.0","method":"tools/call","params":{"name":"send","arguments":{"text" : "a ${KEY} b","n":1.50}}}`;
    const { toServer, records } = wire.client(call);
    expect(toServer).toEqual([call.replace(KEY, '[REDACTED:key]')]);
    expect(records).toMatchObject([
      { kind: 'dlp', action: 'REDACTED' },
      { kind: 'request-redaction', tool: 'send', rule: 'key', count: 1, forwarded: true, failure: null },
      { decision: 'ALLOW', reason: expect.stringContaining('redacted') },
    ]);
  });

  it('redacts beside a name whose spelling is mended', () => {
    const wire = new GatewayWire(makeEngine(spec('on_request_match: redact')));
    wire.client(request(0, 'tools/list'));
    wire.server({ jsonrpc: '2.0', id: 0, result: { tools: [{ name: 'Send' }] } });
    expect(wire.client(callTool(1, 'SEND', { text: KEY })).toServer).toEqual([
      callTool(1, 'Send', { text: '[REDACTED:key]' }),
    ]);
  });

  describe('where the redacted call breaks the policy', () => {
    const failing = callTool(1, 'send', { text: KEY });
    const run = (settings: string) =>
      new GatewayWire(makeEngine(spec(`on_request_match: redact${settings}`, RULE))).client(failing);

    it.each([
      ['block is the default', '', -32001],
      ['reject', '\non_redaction_failure: reject', -32014],
    ])('%s', (_, settings, code) => {
      const { toServer, toClient, records } = run(settings);
      expect(toServer).toEqual([]);
      expect(codeOf(toClient[0])).toBe(code);
      expect(records.slice(-2)).toMatchObject([
        { kind: 'request-redaction', forwarded: false, failure: 'argument_validation_failed' },
        { decision: 'BLOCK', errorCode: code, argsText: '{"text":"[REDACTED:key]"}' },
      ]);
    });

    it('allow_original passes it on, loudly', () => {
      const { toServer, logs, records } = run('\non_redaction_failure: allow_original');
      expect(toServer).toEqual([failing]);
      expect(logs.join('\n')).toContain('WARNING: the call is passed on as it is');
      expect(records.slice(-2)).toMatchObject([
        { kind: 'request-redaction', forwarded: true, failure: 'argument_validation_failed' },
        { decision: 'ALLOW', argsText: '{"text":"[REDACTED:key]"}' },
      ]);
    });

    it('log_original_on_failure keeps what was found', () => {
      const { records } = run('\nlog_original_on_failure: true');
      expect(records.at(-1)).toMatchObject({ argsText: `{"text":"${KEY}"}` });
    });

    it('log_original_on_failure changes nothing where redaction works', () => {
      const wire = new GatewayWire(
        makeEngine(spec('on_request_match: redact\nlog_original_on_failure: true')),
      );
      expect(wire.client(failing).records.at(-1)).toMatchObject({ argsText: '{"text":"[REDACTED:key]"}' });
    });
  });

  it('two keys that become one can not be redacted', () => {
    const wire = new GatewayWire(makeEngine(spec('on_request_match: redact\non_redaction_failure: reject')));
    const { toServer, toClient, records } = wire.client(callTool(1, 'send', { [KEY]: 1, 'sk-87654321': 2 }));
    expect(toServer).toEqual([]);
    expect(records).toContainEqual(
      expect.objectContaining({ kind: 'request-redaction', forwarded: false, failure: 'duplicate_keys' }),
    );
    expect(codeOf(toClient[0])).toBe(-32014);
  });

  it('a limit is told', () => {
    const wire = new GatewayWire(makeEngine(spec('max_scan_size: 1KB')));
    const { records, logs } = wire.client(callTool(1, 'send', { text: 'x'.repeat(5000) }));
    expect(records).toMatchObject([{ kind: 'scan-truncated', direction: 'upstream' }, { decision: 'ALLOW' }]);
    expect(logs.join()).toContain('DLP_SCAN_LIMIT');
  });
});

describe('a refusal', () => {
  const SPEC = `
allowed_tools: [fetch, plain]
denied_tools: [drop]
protected_paths: [/secret]
denied_methods: [resources/read]
tool_rules:
  - tool: shell
    action: block
  - tool: fetch
    rate_limit: 3/minute
    strict_args: true
    allow_args:
      url: ^https://`;

  it.each([
    ['a tool that is not listed', callTool(1, 'new"tool'), 'add to spec.allowed_tools: - "new\\"tool"'],
    ['a tool with a line feed', callTool(1, 'a\nb: c'), 'add to spec.allowed_tools: - "a\\nb: c"'],
    ['a denied tool', callTool(1, 'drop'), 'remove spec.denied_tools[0] (line 7)'],
    ['a blocked tool', callTool(1, 'shell'), 'write `action: allow` in spec.tool_rules[0] (line 11)'],
    ['a protected path', callTool(1, 'plain', { p: '/secret/x' }), 'remove spec.protected_paths[0] (line 8)'],
    [
      'an argument that does not match',
      callTool(1, 'fetch', { url: 'ftp://x' }),
      'widen the pattern of "url" in `allow_args` of spec.tool_rules[1] (line 13)',
    ],
    [
      'an argument too many',
      callTool(1, 'fetch', { url: 'https://x', y: 1 }),
      'add to `allow_args` in spec.tool_rules[1] (line 13): "y": PATTERN',
    ],
    ['a denied method', request(1, 'resources/read'), 'remove spec.denied_methods[0] (line 9)'],
    [
      'a method that is not listed',
      request(1, 'prompts/get'),
      'add to spec.allowed_methods: - "prompts/get", and there the default methods that are needed, since the list replaces them',
    ],
  ])('of %s says which line permits it', (_, line, remedy) => {
    const { logs, records, toClient } = new GatewayWire(makeEngine(SPEC)).client(line);
    expect(logs.at(-1)).toBe(`To permit it: ${remedy}`);
    expect(records.at(-1)).toMatchObject({ reason: expect.stringContaining(`to permit it: ${remedy}`) });
    expect(toClient.join()).not.toContain('permit it');
  });

  it('is a result where the operator wants one', () => {
    const wire = new GatewayWire(makeEngine(SPEC), { denyAs: 'result' });
    expect(wire.client(callTool('a', 'new')).toClient).toEqual([
      '{"jsonrpc":"2.0","id":"a","result":{"content":[{"type":"text","text":"Forbidden (-32001): Tool not in allowed_tools list"}],"isError":true}}',
    ]);
    expect(codeOf(wire.client(request(2, 'resources/read')).toClient[0])).toBe(-32006);
    expect(codeOf(wire.client('{').toClient[0])).toBe(-32700);
  });
});

describe('a server that takes too long', () => {
  it('loses the request, and is told', () => {
    const wire = new GatewayWire(makeEngine('allowed_tools: [a]'), { requestTimeout: 100 });
    wire.client(callTool(7, 'a'));
    expect(wire.tick(1000)).toMatchObject({ toClient: [], toServer: [] });
    expect(wire.tick(1099)).toMatchObject({ toClient: [], toServer: [] });
    const { toClient, toServer } = wire.tick(1100);
    expect(JSON.parse(toClient[0] ?? '').error).toMatchObject({
      code: -32603,
      data: { reason: 'The server did not answer within 100 ms', tool: 'a' },
    });
    expect(toServer).toEqual([
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7,"reason":"timeout"}}',
    ]);
    expect(wire.server('{"jsonrpc":"2.0","id":7,"result":{}}').toClient).toEqual([]);
    expect(wire.tick(5000).toClient).toEqual([]);
  });

  it('is not told to cancel initialize', () => {
    const wire = new GatewayWire(makeEngine('allowed_tools: [a]'), { requestTimeout: 10 });
    wire.client(request(1, 'initialize'));
    wire.tick(0);
    expect(wire.tick(10)).toMatchObject({ toServer: [], toClient: [expect.stringContaining('-32603')] });
  });
});
