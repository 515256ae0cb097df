import { readMessage } from '@agentpolicy/message';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeValue, encodeValue } from './header-value.ts';
import { findHeaderProblem, nameMessage, passedHeaders } from './headers.ts';
import { ParamHeaders } from './param-headers.ts';

const NEW = '2026-07-28';
const meta = { _meta: { 'io.modelcontextprotocol/protocolVersion': NEW } };

function request(method: string, params: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
}

const oldCall = request('tools/call', { name: 'read', arguments: {} });
const newCall = request('tools/call', { name: 'read', arguments: {}, ...meta });
const V = { 'mcp-protocol-version': NEW };
const NAMED = { ...V, 'mcp-method': 'tools/call', 'mcp-name': 'read' };

function find(headers: Record<string, string>, text: string, known = new ParamHeaders()): string | null {
  return findHeaderProblem(new Headers(headers), readMessage(text, 'client'), known);
}

describe('headers beside a message', () => {
  it.each<[string, Record<string, string>, string, string | null]>([
    ['none, before the revision that has them', { 'mcp-protocol-version': '2025-11-25' }, oldCall, null],
    ['none at all', {}, oldCall, null],
    ['those of the body', NAMED, newCall, null],
    ['those of the body, encoded', { ...NAMED, 'mcp-name': '=?base64?cmVhZA==?=' }, newCall, null],
    ['no method', { ...V, 'mcp-name': 'read' }, newCall, 'Mcp-Method does not equal'],
    ['another method', { ...NAMED, 'mcp-method': 'tools/list' }, newCall, 'Mcp-Method does not equal'],
    ['another spelling', { ...NAMED, 'mcp-method': 'Tools/Call' }, newCall, 'Mcp-Method does not equal'],
    ['no name', { ...V, 'mcp-method': 'tools/call' }, newCall, 'Mcp-Name does not equal'],
    ['another name', { ...NAMED, 'mcp-name': 'write' }, newCall, 'Mcp-Name does not equal'],
    ['no base64', { ...NAMED, 'mcp-name': '=?base64?!?=' }, newCall, 'Mcp-Name does not equal'],
    ['another name, in an older revision', { 'mcp-name': 'write' }, oldCall, 'Mcp-Name does not equal'],
    ['a version that is none', { 'mcp-protocol-version': 'latest' }, oldCall, 'is no version'],
    ['a version that the body does not name', NAMED, oldCall, 'MCP-Protocol-Version does not equal'],
    [
      'an older version than the body names',
      { ...NAMED, 'mcp-protocol-version': '2025-11-25' },
      newCall,
      'MCP-Protocol-Version does not equal',
    ],
    ['no version where the body names one', {}, newCall, 'MCP-Protocol-Version does not equal'],
    [
      'a version, and several messages',
      V,
      `[${oldCall},${oldCall.replace('"id":1', '"id":2')}]`,
      'a batch is not of this protocol version',
    ],
  ])('%s', (_, headers, text, problem) => {
    const found = find(headers, text);
    if (problem === null) expect(found).toBeNull();
    else expect(found).toContain(problem);
  });

  it('are made from the message as it is sent', () => {
    const headers = new Headers(V);
    nameMessage(headers, request('tools/call', { name: 'lesen \u00fc', ...meta }), new ParamHeaders(), false);
    expect(headers.get('mcp-method')).toBe('tools/call');
    expect(headers.get('mcp-name')).toBe(`=?base64?${Buffer.from('lesen \u00fc').toString('base64')}?=`);
  });

  it('go on, but for those about the connection', () => {
    const passed = passedHeaders(
      new Headers({
        authorization: 'Bearer theirs',
        'last-event-id': '7',
        'mcp-protocol-version': '2025-11-25',
        host: 'localhost',
        connection: 'x-hop, MCP-Protocol-Version, mcp-session-id, mcp-name',
        'x-hop': '1',
        'mcp-session-id': 's-1',
        'content-length': '5',
        'mcp-name': 'forged',
      }),
      new Map([['x-key', 'k']]),
    );
    expect([...passed]).toEqual([
      ['authorization', 'Bearer theirs'],
      ['last-event-id', '7'],
      ['mcp-protocol-version', '2025-11-25'],
      ['mcp-session-id', 's-1'],
      ['x-key', 'k'],
    ]);
  });
});

describe('whatever headers come', () => {
  const value = fc.oneof(
    fc.constantFrom(
      'tools/call',
      'tools/list',
      'read',
      'write',
      NEW,
      '2025-11-25',
      'eu',
      '42',
      '=?base64?cmVhZA==?=',
    ),
    fc.string(),
  );
  const name = fc.constantFrom(
    'mcp-method',
    'mcp-name',
    'mcp-protocol-version',
    'mcp-param-region',
    'mcp-param-count',
    'mcp-param-other',
  );
  const body = fc.record({
    name: fc.constantFrom('read', 'write', 'le\u00fc'),
    arguments: fc.dictionary(
      fc.constantFrom('region', 'count', 'a'),
      fc.constantFrom('eu', 42, true, null, 'x y '),
    ),
  });

  it('those that are sent on say nothing but what the body says', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), body, fc.boolean(), (given, params, isNew) => {
        const headers = new Headers();
        for (const [key, text] of given) if (/^[\t -~]*$/.test(text)) headers.append(key, text);
        const text = request('tools/call', isNew ? { ...params, ...meta } : params);
        const known = new ParamHeaders();
        if (findHeaderProblem(headers, readMessage(text, 'client'), known) !== null) return;
        const sent = passedHeaders(headers, new Map());
        nameMessage(sent, text, known, false);
        for (const [key, raw] of sent) {
          const said = decodeValue(raw);
          if (key === 'mcp-method') expect(said).toBe('tools/call');
          if (key === 'mcp-name') expect(said).toBe(params.name);
          if (key === 'mcp-protocol-version' && raw >= NEW) expect(isNew).toBe(true);
          if (key.startsWith('mcp-param-'))
            expect(Object.values(params.arguments).map(String)).toContain(said);
        }
        if (isNew) expect([...sent.keys()]).toEqual(expect.arrayContaining(['mcp-method', 'mcp-name']));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('whatever a call says of a tool that was listed', () => {
  const value = fc.constantFrom('eu', 'us', '42', '=?base64?ZXU=?=');
  const given = fc.dictionary(fc.constantFrom('mcp-param-region', 'mcp-param-note', 'mcp-param-zone'), value);
  const args = fc.dictionary(
    fc.constantFrom('region', 'note', 'zone'),
    fc.constantFrom('eu', 'us', 42, null),
  );
  const name = fc.constantFrom('read', 'READ', '\uff52ead', ' read', 'write');

  it('a header that is sent on says what its own argument says', () => {
    const known = new ParamHeaders();
    const inputSchema = { properties: { region: { 'x-mcp-header': 'Region' }, note: {} } };
    const listed = { jsonrpc: '2.0', id: 1, result: { tools: [{ name: 'read', inputSchema }] } };
    const answer = readMessage(JSON.stringify(listed), 'server');
    if (answer.kind === 'response' && answer.outcome.kind === 'result')
      known.learn(answer.outcome.value, null);
    fc.assert(
      fc.property(given, name, args, (written, tool, args) => {
        const text = request('tools/call', { name: tool, arguments: args, ...meta });
        const headers = { ...NAMED, 'mcp-name': encodeValue(tool), ...written };
        if (find(headers, text, known) !== null) return;
        const sent = passedHeaders(new Headers(headers), new Map());
        nameMessage(sent, text, known, false);
        const said = [...sent].filter(([key]) => key.startsWith('mcp-param-'));
        const { region } = args;
        const isSaid = 'mcp-param-region' in written && tool !== 'write';
        expect(said).toEqual(isSaid ? [['mcp-param-region', String(region)]] : []);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('a value in a header', () => {
  // The examples of the specification (Streamable HTTP, "Value Encoding").
  it.each([
    ['us-west1', 'us-west1'],
    ['Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='],
    [' padded ', '=?base64?IHBhZGRlZCA=?='],
    ['line1\nline2', '=?base64?bGluZTEKbGluZTI=?='],
    ['=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='],
  ])('%j is %s', (value, encoded) => {
    expect(encodeValue(value)).toBe(encoded);
    expect(decodeValue(encoded)).toBe(value);
  });

  it('reads back, and no header can refuse it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const headers = new Headers({ 'x-value': encodeValue(value) });
        expect(decodeValue(headers.get('x-value') ?? '')).toBe(value);
      }),
    );
  });
});

describe('arguments in headers', () => {
  const learned = new ParamHeaders();
  const listed = {
    tools: [
      {
        name: 'query',
        inputSchema: {
          type: 'object',
          properties: {
            region: { type: 'string', 'x-mcp-header': 'Region' },
            count: { type: 'integer', 'x-mcp-header': 'Count' },
            dry: { type: 'boolean', 'x-mcp-header': 'Dry' },
            where: { type: 'object', properties: { zone: { type: 'string', 'x-mcp-header': 'Zone' } } },
            list: { type: 'array', items: { type: 'string', 'x-mcp-header': 'Item' } },
            text: { type: 'string' },
          },
        },
      },
    ],
  };
  take(learned, listed);

  function take(known: ParamHeaders, result: object): void {
    const answer = readMessage(JSON.stringify({ jsonrpc: '2.0', id: 1, result }), 'server');
    if (answer.kind === 'response' && answer.outcome.kind === 'result')
      known.learn(answer.outcome.value, null);
  }
  function learn(known: ParamHeaders, name: string, properties: object): void {
    take(known, { tools: [{ name, inputSchema: { type: 'object', properties } }] });
  }
  function call(name: string, args: object): string {
    return request('tools/call', { name, arguments: args, ...meta });
  }
  function headers(name: string, params: Record<string, string>): Record<string, string> {
    return { ...NAMED, 'mcp-name': name, ...params };
  }

  it.each<[string, Record<string, string>, object, boolean]>([
    ['the argument', { 'mcp-param-region': 'eu' }, { region: 'eu' }, true],
    ['encoded', { 'mcp-param-region': '=?base64?ZXU=?=' }, { region: 'eu' }, true],
    ['another value', { 'mcp-param-region': 'us' }, { region: 'eu' }, false],
    ['the value of another argument', { 'mcp-param-region': 'us' }, { region: 'eu', text: 'us' }, false],
    ['what is not there', { 'mcp-param-region': 'eu' }, {}, false],
    ['what is null', { 'mcp-param-region': 'null' }, { region: null }, false],
    ['twice', { 'mcp-param-region': 'eu, eu' }, { region: 'eu' }, false],
    ['no base64', { 'mcp-param-region': '=?base64?*?=' }, { region: '=?base64?*?=' }, false],
    ['an argument inside another', { 'mcp-param-zone': 'b' }, { where: { zone: 'b' } }, true],
    ['a whole number', { 'mcp-param-count': '42' }, { count: 42 }, true],
    ['a whole number, written otherwise', { 'mcp-param-count': '42.0' }, { count: 42 }, true],
    ['another number', { 'mcp-param-count': '43' }, { count: 42 }, false],
    ['a number by its text', { 'mcp-param-count': '0x2a' }, { count: 42 }, false],
    ['a boolean', { 'mcp-param-dry': 'true' }, { dry: true }, true],
    ['a boolean in capitals', { 'mcp-param-dry': 'True' }, { dry: true }, false],
    ['a name that the tool does not have', { 'mcp-param-other': 'eu' }, { region: 'eu' }, false],
    ['such a name with a value of nowhere', { 'mcp-param-other': 'x' }, { region: 'eu' }, false],
    ['what stands in a list', { 'mcp-param-item': 'a' }, { list: ['a'] }, false],
  ])('%s', (_, params, args, fits) => {
    expect(find(headers('query', params), call('query', args), learned) === null).toBe(fits);
  });

  it('two numbers that a double can not tell apart are two', () => {
    const text = call('query', { count: 1 }).replace('"count":1', '"count":9007199254740993');
    expect(find(headers('query', { 'mcp-param-count': '9007199254740992' }), text, learned)).not.toBeNull();
    expect(find(headers('query', { 'mcp-param-count': '9007199254740993' }), text, learned)).toBeNull();
  });

  it.each<[string, string, Record<string, string>, boolean]>([
    ['the argument', 'QUERY', { 'mcp-param-region': 'eu' }, true],
    ['the value of another argument', 'QUERY', { 'mcp-param-region': 'us' }, false],
    ['the value of another argument', '\uff51uery', { 'mcp-param-region': 'us' }, false],
    ['a name that the tool does not have', ' query', { 'mcp-param-other': 'us' }, false],
  ])('%s, where the call is spelled %j', (_, name, params, fits) => {
    const named = headers(`=?base64?${Buffer.from(name).toString('base64')}?=`, params);
    expect(find(named, call(name, { region: 'eu', text: 'us' }), learned) === null).toBe(fits);
  });

  it('which of two tools is meant by a third spelling can not be told: no header fits', () => {
    const both = new ParamHeaders();
    learn(both, 'Query', { region: { 'x-mcp-header': 'Region' } });
    learn(both, 'query', { zone: { 'x-mcp-header': 'Region' } });
    const args = { region: 'eu', zone: 'b' };
    const fits = (name: string, value: string): boolean =>
      find(headers(name, { 'mcp-param-region': value }), call(name, args), both) === null;
    expect([fits('Query', 'eu'), fits('query', 'b'), fits('Query', 'b')]).toEqual([true, true, false]);
    expect([fits('QUERY', 'eu'), fits('QUERY', 'b')]).toEqual([false, false]);
  });

  it('of a tool that was not listed, the header repeats some argument, and does not go on', () => {
    const known = new ParamHeaders();
    const sent = new Headers(headers('q', { 'mcp-param-a': 'x' }));
    nameMessage(sent, call('q', { b: 'x' }), known, false);
    expect([...sent.keys()]).toEqual(['mcp-method', 'mcp-name', 'mcp-protocol-version']);
    expect(find(headers('q', { 'mcp-param-a': 'x' }), call('q', { b: { c: 'x' } }), known)).toBeNull();
    expect(find(headers('q', { 'mcp-param-a': 'y' }), call('q', { b: { c: 'x' } }), known)).not.toBeNull();
  });

  it('go with a call of a tool alone', () => {
    const text = request('tools/list', { ...meta, cursor: 'x' });
    expect(find({ ...V, 'mcp-method': 'tools/list', 'mcp-param-a': 'x' }, text)).not.toBeNull();
  });

  it('say what is sent, not what came', () => {
    const sent = new Headers(headers('query', { 'mcp-param-region': 'secret', 'mcp-param-other': 'secret' }));
    nameMessage(sent, call('query', { region: '[REDACTED]', count: 1 }), learned, false);
    expect(sent.get('mcp-param-region')).toBe('[REDACTED]');
    expect(sent.has('mcp-param-other')).toBe(false);
    expect(sent.has('mcp-param-count')).toBe(false);
  });

  it('are filled in for a client that speaks no HTTP', () => {
    const sent = new Headers();
    nameMessage(
      sent,
      call('query', { region: 'ü', count: 7, where: { zone: 'a' }, dry: null }),
      learned,
      true,
    );
    expect(Object.fromEntries(sent)).toEqual({
      'mcp-protocol-version': NEW,
      'mcp-method': 'tools/call',
      'mcp-name': 'query',
      'mcp-param-region': '=?base64?w7w=?=',
      'mcp-param-count': '7',
      'mcp-param-zone': 'a',
    });
  });
});
