import { describe, expect, it } from 'vitest';
import { createStubEngine } from '../support/stub-engine.ts';
import { callTool, request } from '../support/wire.ts';
import { type Probe, runProbe } from './probe.ts';

const TOOLS = ['read', 'say', 'Twin', 'tWin', 'ListAll'];

const ENGINE = createStubEngine({
  tools: {
    read: 'allow',
    say: 'allow',
    twin: 'allow',
    listall: 'allow',
    shell: 'block',
    confirm: 'ask',
    busy: 'limited',
    secrets: 'protected',
    watched: 'violation',
  },
  deniedMethods: ['resources/read', 'notifications/secret'],
  constrained: 'path',
});

const READ = callTool(1, 'read', { path: '/srv/a' });
const NOT_JSON = { reached: [], answers: [[null, -32700]], audit: ['BLOCK - -32700'] } as const;
/** Refused with the id that it carries. */
const INVALID = { reached: [], answers: [[1, -32600]], audit: ['BLOCK - -32600'] } as const;
/** Refused, and it has no id that could be repeated. */
const INVALID_NO_ID = { reached: [], answers: [[null, -32600]], audit: ['BLOCK - -32600'] } as const;
const BAD_PARAMS = { reached: [], answers: [[1, -32602]], audit: ['BLOCK - -32602'] } as const;

const passes = (line: string, tool = 'read', id: unknown = 1) => ({
  reached: [line],
  answers: [[id, 'result']] as const,
  audit: [`ALLOW ${tool}`],
});
const blocked = (tool: string, code: number, decision = 'BLOCK') => ({
  reached: [],
  answers: [[1, code]] as const,
  audit: [`${decision} ${tool} ${code}`],
});
const as = (line: string, from: string, to: string): string => {
  if (!line.includes(from)) throw new Error(`${line} does not hold ${from}`);
  return line.replace(from, to);
};

const PLAIN: readonly Probe[] = [
  { name: 'an allowed call', send: [READ], ...passes(READ) },
  { name: 'a call that ends in CR LF', send: [`${READ}\r`], ...passes(READ) },
  { name: 'a blank line', send: ['', '  ', READ], ...passes(READ) },
  {
    name: 'a string id',
    send: [callTool('a', 'read', { path: '/' })],
    ...passes(callTool('a', 'read', { path: '/' }), 'read', 'a'),
  },
  {
    name: 'white space inside',
    send: [as(READ, ',"method"', ' , "method"')],
    ...passes(as(READ, ',"method"', ' , "method"')),
  },
  {
    name: 'an unknown member',
    send: [as(READ, '{"json', '{"extra":[1],"json')],
    ...passes(as(READ, '{"json', '{"extra":[1],"json')),
  },
  {
    name: 'digits beyond a double’s',
    send: [as(READ, '"/srv/a"', '"/","n":9007199254740993.10')],
    ...passes(as(READ, '"/srv/a"', '"/","n":9007199254740993.10')),
  },
  {
    name: 'a line separator in a string',
    send: [as(READ, '/srv/a', 'a\u2028b\u2029c\u0085')],
    ...passes(as(READ, '/srv/a', 'a\\u2028b\\u2029c\\u0085')),
  },
  {
    name: 'no arguments',
    send: ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"listall"}}'],
    ...passes('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"listall"}}', 'listall'),
  },
  {
    name: 'a notification',
    send: ['{"jsonrpc":"2.0","method":"notifications/initialized"}'],
    reached: ['{"jsonrpc":"2.0","method":"notifications/initialized"}'],
    answers: [],
    audit: ['ALLOW notifications/initialized'],
  },
];

const POLICY: readonly Probe[] = [
  { name: 'a tool that is not listed', send: [callTool(1, 'delete')], ...blocked('delete', -32001) },
  { name: 'a blocked tool', send: [callTool(1, 'shell')], ...blocked('shell', -32001) },
  { name: 'a blocked tool in capitals', send: [callTool(1, 'SHELL')], ...blocked('SHELL', -32001) },
  {
    name: 'a blocked tool in full width',
    send: [callTool(1, 'ｓｈｅｌｌ')],
    ...blocked('ｓｈｅｌｌ', -32001),
  },
  {
    name: 'a blocked tool with a zero-width space',
    send: [callTool(1, 'she\u200bll')],
    ...blocked('she\u200bll', -32001),
  },
  {
    name: 'a tool that somebody has to approve',
    send: [callTool(1, 'confirm')],
    ...blocked('confirm', -32004),
  },
  { name: 'a call too many', send: [callTool(1, 'busy')], ...blocked('busy', -32002, 'RATE_LIMITED') },
  { name: 'a protected path', send: [callTool(1, 'secrets')], ...blocked('secrets', -32007) },
  {
    name: 'a call that breaks a monitored rule',
    send: [callTool(1, 'watched')],
    reached: [callTool(1, 'watched')],
    answers: [[1, 'result']],
    audit: ['ALLOW_MONITOR watched'],
  },
  { name: 'a missing argument', send: [callTool(1, 'read')], ...blocked('read', -32001) },
  { name: 'a denied method', send: [request(1, 'resources/read')], ...blocked('resources/read', -32006) },
  {
    name: 'a denied method in capitals',
    send: [request(1, 'Resources/READ')],
    ...blocked('Resources/READ', -32006),
  },
  {
    name: 'a denied method with spaces around',
    send: [request(1, ' resources/read ')],
    ...blocked(' resources/read ', -32006),
  },
  {
    name: 'a denied notification',
    send: ['{"jsonrpc":"2.0","method":"notifications/secret"}'],
    reached: [],
    answers: [],
    audit: ['BLOCK notifications/secret'],
  },
  {
    name: 'a blocked call as a notification',
    send: ['{"jsonrpc":"2.0","method":"tools/call","params":{"name":"shell"}}'],
    reached: [],
    answers: [],
    audit: ['BLOCK shell'],
  },
  {
    name: 'a blocked call between two allowed ones',
    send: [READ, callTool(2, 'shell'), callTool(3, 'read', { path: '/' })],
    reached: [READ, callTool(3, 'read', { path: '/' })],
    answers: [
      [2, -32001],
      [1, 'result'],
      [3, 'result'],
    ],
    audit: ['ALLOW read', 'BLOCK shell -32001', 'ALLOW read'],
  },
];

const SPELLING: readonly Probe[] = [
  {
    name: 'tools/call in capitals',
    send: [as(READ, 'tools/call', 'Tools/CALL')],
    ...passes(READ),
    audit: ['ALLOW read'],
  },
  { name: 'tools/call in full width', send: [as(READ, 'tools/call', 'ｔools/call')], ...passes(READ) },
  {
    name: 'tools/call with a space in front',
    send: [as(READ, 'tools/call', ' tools/call')],
    ...passes(READ),
  },
  {
    name: 'tools/call as an escape',
    send: [as(READ, 'tools/call', 'tool\\u0073/call')],
    ...passes(as(READ, 'tools/call', 'tool\\u0073/call')),
  },
  {
    name: 'a blocked tool by tools/call in capitals',
    send: [as(callTool(1, 'shell'), 'tools/call', 'TOOLS/call')],
    ...blocked('shell', -32001),
  },
  {
    name: 'a method of nobody’s',
    send: [request(1, 'x/Y')],
    reached: [request(1, 'x/Y')],
    answers: [[1, 'result']],
    audit: ['ALLOW x/Y'],
  },
  {
    name: 'a tool name in the server’s spelling',
    before: [request(0, 'tools/list')],
    send: [callTool(1, 'LISTALL')],
    reached: [callTool(1, 'ListAll')],
    answers: [[1, 'result']],
    audit: ['ALLOW LISTALL'],
  },
  {
    name: 'a tool name that fits two of the server’s',
    before: [request(0, 'tools/list')],
    send: [callTool(1, 'twin')],
    ...BAD_PARAMS,
  },
  {
    name: 'a tool name that is one of two',
    before: [request(0, 'tools/list')],
    send: [callTool(1, 'tWin')],
    reached: [callTool(1, 'tWin')],
    answers: [[1, 'result']],
    audit: ['ALLOW tWin'],
  },
];

const FRAMING: readonly Probe[] = [
  { name: 'no JSON', send: ['hello'], ...NOT_JSON },
  { name: 'half a message', send: ['{"jsonrpc":"2.0","id":1,'], ...NOT_JSON },
  { name: 'two messages in a line', send: [`${READ} ${READ}`], ...NOT_JSON },
  { name: 'text after a message', send: [`${READ}x`], ...NOT_JSON },
  {
    name: 'a byte order mark',
    send: [`\ufeff${READ}`],
    reached: [],
    answers: [[1, -32700]],
    audit: ['BLOCK - -32700'],
  },
  { name: 'a lone CR between two messages', send: [`${READ}\r${callTool(2, 'shell')}`], ...NOT_JSON },
  {
    name: 'a lone CR between two members',
    send: [as(READ, ',"method"', ',\r"method"')],
    reached: [],
    answers: [[1, -32700]],
    audit: ['BLOCK - -32700'],
  },
  {
    name: 'a raw tab between two members',
    send: [as(READ, ',"method"', ',\t"method"')],
    reached: [],
    answers: [[1, -32700]],
    audit: ['BLOCK - -32700'],
  },
  {
    name: 'a raw control character in a string',
    send: [as(READ, '/srv/a', '/srv\u0001a')],
    reached: [],
    answers: [[1, -32700]],
    audit: ['BLOCK - -32700'],
  },
  {
    name: 'a raw NUL',
    send: [as(READ, '/srv/a', '/srv\0a')],
    reached: [],
    answers: [[1, -32700]],
    audit: ['BLOCK - -32700'],
  },
  {
    name: 'bytes that are no UTF-8',
    send: [
      Buffer.concat([
        Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'),
        Buffer.from([0xff, 0xfe]),
        Buffer.from('"}'),
      ]),
    ],
    reached: [],
    answers: [[1, -32700]],
    audit: ['BLOCK - -32700'],
  },
  {
    name: 'an overlong encoding',
    send: [
      Buffer.concat([
        Buffer.from('{"jsonrpc":"2.0","id":1,"method":"'),
        Buffer.from([0xc0, 0xaf]),
        Buffer.from('"}'),
      ]),
    ],
    reached: [],
    answers: [[1, -32700]],
    audit: ['BLOCK - -32700'],
  },
  {
    name: 'NaN',
    send: [as(READ, '"/srv/a"', 'NaN')],
    reached: [],
    answers: [[1, -32700]],
    audit: ['BLOCK - -32700'],
  },
  { name: 'single quotes', send: [READ.replaceAll('"', "'")], ...NOT_JSON },
  {
    name: 'a trailing comma',
    send: [as(READ, '}}}', ',}}}')],
    reached: [],
    answers: [[1, -32700]],
    audit: ['BLOCK - -32700'],
  },
  { name: 'a comment', send: [as(READ, '{"json', '{/**/"json')], ...NOT_JSON },
  { name: 'a number beyond a double', send: [as(READ, '"/srv/a"', '1e400')], ...INVALID },
  { name: 'nesting past 128', send: [as(READ, '"/srv/a"', '['.repeat(200) + ']'.repeat(200))], ...INVALID },
  {
    name: 'a line past the limit',
    send: [as(READ, '/srv/a', 'x'.repeat(5000)), READ],
    reached: [READ],
    answers: [
      [1, -32600],
      [1, 'result'],
    ],
    audit: ['BLOCK - -32600', 'ALLOW read'],
  },
];

const TWICE: readonly Probe[] = [
  { name: 'a method twice', send: [as(READ, '"method"', '"method":"ping","method"')], ...INVALID },
  {
    name: 'a method twice, once as an escape',
    send: [as(READ, '"method"', '"m\\u0065thod":"ping","method"')],
    ...INVALID,
  },
  { name: 'an id twice', send: [as(READ, '"id":1', '"id":1,"id":2')], ...INVALID_NO_ID },
  { name: 'params twice', send: [as(READ, '"params"', '"params":{"name":"shell"},"params"')], ...INVALID },
  { name: 'a name twice', send: [as(READ, '"name"', '"name":"shell","name"')], ...INVALID },
  {
    name: 'a name twice, once as an escape',
    send: [as(READ, '"name"', '"n\\u0061me":"shell","name"')],
    ...INVALID,
  },
  { name: 'arguments twice', send: [as(READ, '"arguments"', '"arguments":{},"arguments"')], ...INVALID },
  { name: 'an argument twice', send: [as(READ, '"path"', '"path":"/etc","path"')], ...INVALID },
  { name: 'a key twice, deep inside', send: [as(READ, '"/srv/a"', '[{"x":[{"a":1,"a":2}]}]')], ...INVALID },
  { name: 'Method beside method', send: [as(READ, '"method"', '"Method":"ping","method"')], ...INVALID },
  { name: 'METHOD alone', send: [as(READ, '"method"', '"METHOD"')], ...INVALID },
  {
    name: 'param\u017f beside params',
    send: [as(READ, '"params"', '"param\u017f":{"name":"shell"},"params"')],
    ...INVALID,
  },
  { name: 'Name beside name', send: [as(READ, '"name"', '"Name":"shell","name"')], ...INVALID },
  {
    name: 'name with a NUL beside name',
    send: [as(READ, '"name"', '"name\\u0000":"shell","name"')],
    ...INVALID,
  },
  {
    name: 'ARGUMENTS beside arguments',
    send: [as(READ, '"arguments"', '"ARGUMENTS":{},"arguments"')],
    ...INVALID,
  },
  {
    name: 'Path beside the constrained path',
    send: [as(READ, '"path"', '"Path":"/etc","path"')],
    ...INVALID,
  },
  {
    name: 'a full-width path beside the constrained path',
    send: [as(READ, '"path"', '"ｐath":"/etc","path"')],
    ...INVALID,
  },
  { name: 'JsonRPC beside jsonrpc', send: [as(READ, '{', '{"JsonRPC":"2.0",')], ...INVALID },
  { name: 'Id beside id', send: [as(READ, '{', '{"Id":7,')], ...INVALID },
  { name: 'Result beside a method', send: [as(READ, '{', '{"Result":{},')], ...INVALID },
];

const ENVELOPE: readonly Probe[] = [
  { name: 'jsonrpc 1.0', send: [as(READ, '2.0', '1.0')], ...INVALID },
  { name: 'jsonrpc as a number', send: [as(READ, '"2.0"', '2.0')], ...INVALID },
  { name: 'no jsonrpc', send: [as(READ, '"jsonrpc":"2.0",', '')], ...INVALID },
  { name: 'a method that is a number', send: [as(READ, '"tools/call"', '1')], ...INVALID },
  { name: 'a method that is null', send: [as(READ, '"tools/call"', 'null')], ...INVALID },
  { name: 'a method that is a list', send: [as(READ, '"tools/call"', '["tools/call"]')], ...INVALID },
  { name: 'an id that is null', send: [as(READ, '"id":1', '"id":null')], ...INVALID_NO_ID },
  { name: 'an id that is true', send: [as(READ, '"id":1', '"id":true')], ...INVALID_NO_ID },
  { name: 'an id that is a fraction', send: [as(READ, '"id":1', '"id":1.5')], ...INVALID_NO_ID },
  { name: 'an id that is a list', send: [as(READ, '"id":1', '"id":[1]')], ...INVALID_NO_ID },
  { name: 'an id that is an object', send: [as(READ, '"id":1', '"id":{"a":1}')], ...INVALID_NO_ID },
  { name: 'an id beyond 2^53', send: [as(READ, '"id":1', '"id":9007199254740993')], ...INVALID_NO_ID },
  { name: 'a method and a result', send: [as(READ, '"method"', '"result":{},"method"')], ...INVALID },
  { name: 'a method and an error', send: [as(READ, '"method"', '"error":{},"method"')], ...INVALID },
  { name: 'nothing but jsonrpc', send: ['{"jsonrpc":"2.0"}'], ...INVALID_NO_ID },
  { name: 'an empty object', send: ['{}'], ...INVALID_NO_ID },
  { name: 'a string', send: ['"tools/call"'], ...INVALID_NO_ID },
  { name: 'a number', send: ['1'], ...INVALID_NO_ID },
  { name: 'null', send: ['null'], ...INVALID_NO_ID },
  {
    name: 'params that are a list',
    send: ['{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}'],
    ...BAD_PARAMS,
  },
  {
    name: 'params that are a string',
    send: ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":"read"}'],
    ...BAD_PARAMS,
  },
  { name: 'a call without params', send: ['{"jsonrpc":"2.0","id":1,"method":"tools/call"}'], ...BAD_PARAMS },
  {
    name: 'a call without a name',
    send: ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}'],
    ...BAD_PARAMS,
  },
  { name: 'a name that is a list', send: [as(READ, '"read"', '["read"]')], ...BAD_PARAMS },
  { name: 'a name that is null', send: [as(READ, '"read"', 'null')], ...BAD_PARAMS },
  { name: 'arguments that are a list', send: [as(READ, '{"path":"/srv/a"}', '[]')], ...BAD_PARAMS },
  { name: 'arguments that are a string', send: [as(READ, '{"path":"/srv/a"}', '"x"')], ...BAD_PARAMS },
];

/** The recorder does not answer `say`: the request is open until the session ends, and fails then. */
const OPEN = callTool(1, 'say', { bytes: '' });

const SESSION: readonly Probe[] = [
  {
    name: 'an id that is still open',
    send: [OPEN, callTool(1, 'read', { path: '/' })],
    reached: [OPEN],
    answers: [
      [1, -32600],
      [1, -32603],
    ],
    audit: ['ALLOW say', 'BLOCK - -32600'],
  },
  {
    name: 'the number 1 beside the string "1"',
    send: [OPEN, callTool('1', 'read', { path: '/' })],
    reached: [OPEN, callTool('1', 'read', { path: '/' })],
    answers: [
      ['1', 'result'],
      [1, -32603],
    ],
    audit: ['ALLOW say', 'ALLOW read'],
  },
  {
    name: 'an answer to no request',
    send: ['{"jsonrpc":"2.0","id":1,"result":{}}'],
    reached: [],
    answers: [],
    audit: ['BLOCK -'],
  },
  {
    name: 'an error for no request',
    send: ['{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}'],
    reached: [],
    answers: [],
    audit: ['BLOCK -'],
  },
  {
    name: 'a result and an error',
    send: ['{"jsonrpc":"2.0","id":1,"result":{},"error":{}}'],
    reached: [],
    answers: [],
    audit: ['BLOCK -'],
  },
  { name: 'an empty batch', send: ['[]'], ...INVALID_NO_ID },
  { name: 'a batch before any handshake', send: [`[${READ}]`], ...INVALID_NO_ID },
  {
    name: 'a batch in a session without batches',
    before: [request(0, 'initialize', { protocolVersion: '2025-11-25' })],
    send: [`[${READ}]`],
    ...INVALID_NO_ID,
  },
  {
    name: 'a batch where batches are spoken',
    before: [request(0, 'initialize', { protocolVersion: '2025-03-26' })],
    send: [
      `[${READ}, ${callTool(2, 'shell')},{"jsonrpc":"2.0","method":"notifications/secret"},${callTool(3, 'read', { path: '/' })}]`,
    ],
    reached: [`[${READ},${callTool(3, 'read', { path: '/' })}]`],
    answers: [
      [2, -32001],
      [1, 'result'],
      [3, 'result'],
    ],
    audit: ['BLOCK shell -32001', 'BLOCK notifications/secret', 'ALLOW read', 'ALLOW read'],
  },
  {
    name: 'a batch of which nothing may pass',
    before: [request(0, 'initialize', { protocolVersion: '2025-03-26' })],
    send: [`[${callTool(2, 'shell')},1,[${READ}]]`],
    reached: [],
    answers: [
      [2, -32001],
      [null, -32600],
      [null, -32600],
    ],
    audit: ['BLOCK shell -32001', 'BLOCK - -32600', 'BLOCK - -32600'],
  },
  {
    name: 'a batch that uses one id twice',
    before: [request(0, 'initialize', { protocolVersion: '2025-03-26' })],
    send: [`[${READ},${READ}]`],
    reached: [`[${READ}]`],
    answers: [
      [1, -32600],
      [1, 'result'],
    ],
    audit: ['BLOCK - -32600', 'ALLOW read'],
  },
];

describe.each([
  ['plain messages', PLAIN],
  ['what the policy refuses', POLICY],
  ['spelling', SPELLING],
  ['framing', FRAMING],
  ['two readings', TWICE],
  ['the envelope', ENVELOPE],
  ['the session', SESSION],
])('%s', (_, probes) => {
  it.each(probes)('$name', async (probe) => {
    const { reached, answers, audit } = probe;
    expect(await runProbe(ENGINE, probe, TOOLS)).toEqual({ reached, answers, audit });
  });
});
