import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aip } from '../aip.ts';
import { type Folder, makeFolder } from '../lint/lint-in-folder.ts';

const CALL =
  '{"session_id":"s","direction":"c2s","raw":{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list"}}}\n';
const VECTOR = `name: some
conformance_level: basic
tests:
  - id: one
    policy: |
      apiVersion: aip.io/v1alpha1
      kind: AgentPolicy
      metadata: { name: one }
      spec: { allowed_tools: [list] }
    input: { method: tools/call, tool: list }
    expected: { decision: ALLOW }
`;

/** A server that answers every request with what the program makes of its method. */
const serverOf = (program: string): readonly string[] => [
  process.execPath,
  '-e',
  `require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line);
    if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, result: (${program})(method) }));
  });`,
];
const HELLO = `{ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } }`;

let folder: Folder;
beforeAll(() => {
  folder = makeFolder({
    'good.jsonl': CALL,
    'torn.jsonl': CALL + CALL.slice(0, 50),
    'empty.jsonl': '',
    'empty/.keep': '',
    'bare.jsonl': '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\n',
    'half.log': '{"jsonrpc":"2.0","id":1,"method":"tools/list"}\nnot a message\n',
    'good.yaml': VECTOR,
    'bad.yaml': VECTOR.replace('ALLOW', 'BLOCK'),
    'typo.yaml': VECTOR.replace('tests:', 'test:'),
    'identity.yaml': VECTOR.replace('basic', 'identity'),
  });
});
afterAll(() => folder.remove());

describe('the exit status', () => {
  it.each<[number, string, readonly string[]]>([
    [0, 'a trace to show', ['trace', 'show', 'good.jsonl']],
    [2, 'no such trace to show', ['trace', 'show', 'absent.jsonl']],
    [3, 'a trace without a line', ['trace', 'show', 'empty.jsonl']],
    [3, 'no line of the tool that is asked for', ['trace', 'show', 'good.jsonl', '--tool', 'other']],
    [0, 'a trace to count', ['trace', 'stats', 'good.jsonl']],
    [1, 'a trace with a torn line to count', ['trace', 'stats', 'torn.jsonl']],
    [2, 'no such trace to count', ['trace', 'stats', 'absent.jsonl']],
    [2, 'an unknown format of counts', ['trace', 'stats', 'good.jsonl', '--format', 'xml']],
    [3, 'nothing to count', ['trace', 'stats', 'empty.jsonl']],
    [0, 'messages to import', ['trace', 'import', 'bare.jsonl']],
    [
      1,
      'messages to import, and a line that is none',
      ['trace', 'import', 'half.log', '--format', 'jsonrpc'],
    ],
    [2, 'no such log to import', ['trace', 'import', 'absent.log']],
    [2, 'an import over a file', ['trace', 'import', 'bare.jsonl', '-o', 'good.jsonl']],
    [3, 'an empty log to import', ['trace', 'import', 'empty.jsonl']],
    [0, 'traffic to draft from', ['suggest', 'good.jsonl']],
    [1, 'traffic to draft from, and a torn line', ['suggest', 'torn.jsonl']],
    [2, 'no such traffic', ['suggest', 'absent.jsonl']],
    [2, 'a draft over a file', ['suggest', 'good.jsonl', '-o', 'good.jsonl']],
    [3, 'no traffic in a file', ['suggest', 'empty.jsonl']],
    [3, 'no trace in a folder', ['suggest', 'empty']],
    [0, 'vectors that pass', ['conformance', 'good.yaml']],
    [1, 'a vector that fails', ['conformance', 'good.yaml', 'bad.yaml']],
    [1, 'vectors with an unknown key', ['conformance', 'typo.yaml']],
    [2, 'no such vectors', ['conformance', 'absent.yaml']],
    [2, 'an unknown level', ['conformance', 'good.yaml', '--level', 'none']],
    [3, 'a folder without vectors', ['conformance', 'empty']],
    [3, 'no vector of the level that is asked for', ['conformance', 'good.yaml', '--level', 'full']],
    [3, 'only vectors that nothing implements', ['conformance', 'identity.yaml']],
    [
      0,
      'a server with a tool',
      [
        'init',
        '--',
        ...serverOf(
          `(method) => method === 'initialize' ? ${HELLO} : { tools: [{ name: 'a', inputSchema: { type: 'object' } }] }`,
        ),
      ],
    ],
    [
      1,
      'a server with a tool that can not be read',
      [
        'init',
        '--',
        ...serverOf(
          `(method) => method === 'initialize' ? ${HELLO} : { tools: [{ name: 'a', inputSchema: {} }, { title: 'b' }] }`,
        ),
      ],
    ],
    [2, 'a server that is not there', ['init', '--', 'no-such-program']],
    [2, 'a time that is none', ['init', '--timeout', '0', '--', 'x']],
    [
      3,
      'a server without tools',
      ['init', '--', ...serverOf(`(method) => method === 'initialize' ? ${HELLO} : { tools: [] }`)],
    ],
    [2, 'no server to record', ['record']],
    [
      5,
      'a recorded server that ends with 5',
      ['record', '-o', 'five.jsonl', '--', process.execPath, '-e', 'process.exit(5)'],
    ],
  ])('is %i for %s', async (status, _, args) => {
    const run = await aip(args, { cwd: folder.path });
    expect(run.status, run.stderr).toBe(status);
    expect(run.stderr).not.toMatch(/^\s+at .*:\d+:\d+/m);
    // Whoever reads only the status learns from standard error why it is not 0.
    if (status >= 2 && status !== 5) expect(run.stderr).toMatch(/^(?:aip|error): /m);
  });
});
