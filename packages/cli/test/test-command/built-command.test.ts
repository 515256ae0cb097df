import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aip, type Run } from '../aip.ts';
import { type Folder, makeFolder } from '../lint/lint-in-folder.ts';

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: built }
spec:
  allowed_tools: [list]
`;
const CALL =
  '{"direction":"c2s","raw":{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list"}},"expect":"allow"}\n';

const LIMITED = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: limited }
spec: { tool_rules: [{ tool: list, rate_limit: 1/minute }] }
`;

/** A call of the tool at a second of one minute, as a recorder writes it. */
function callAt(second: number, session = 's', more = ''): string {
  const ts = `2026-01-05T09:00:${`${second}`.padStart(2, '0')}.000Z`;
  const raw = `{"jsonrpc":"2.0","id":${second},"method":"tools/call","params":{"name":"list"${more}}}`;
  return `{"session_id":"${session}","ts":"${ts}","direction":"c2s","raw":${raw}}\n`;
}

const MODERN = ',"_meta":{"io.modelcontextprotocol/protocolVersion":"2026-07-28"}';

/** A suite that expects these decisions of the lines of a trace. */
const expectLines = (trace: string, decisions: readonly string[], policy = 'policy.yaml'): string =>
  `policy: ${policy}\ntraces: [${trace}]\ncases:\n${decisions
    .map((decision, at) => `  - { match: { line: ${at + 1} }, expect: ${decision} }\n`)
    .join('')}`;

let folder: Folder;
beforeAll(() => {
  folder = makeFolder({
    'policy.yaml': POLICY,
    'good.aip-test.yaml':
      'policy: policy.yaml\ncalls: [{ tool: list, expect: allow }, { tool: x, expect: block }]\n',
    'half.yaml': POLICY.replace('[list]', '[list, other]'),
    'half.aip-test.yaml': 'policy: half.yaml\ncalls: [{ tool: list, expect: allow }]\n',
    'bad.aip-test.yaml': 'policy: policy.yaml\ncalls: [{ tool: list, expect: block }]\n',
    'typo.aip-test.yaml': 'policy: policy.yaml\ncall: [{ tool: list, expect: block }]\n',
    'no-match.aip-test.yaml':
      'policy: policy.yaml\ntraces: [trace.jsonl]\ncases: [{ match: { tool: y }, expect: block }]\n',
    'nothing.aip-test.yaml': 'policy: policy.yaml\ntraces: []\n',
    'no-policy.aip-test.yaml': 'policy: absent.yaml\ncalls: [{ tool: list, expect: allow }]\n',
    'trace.jsonl': CALL,
    'torn.jsonl': CALL + CALL.slice(0, 60),
    'silent.jsonl': CALL.replace(',"expect":"allow"', ''),
    'empty.jsonl': '',
    'empty/.keep': '',
    'report.json': '{"version":1}',
    'limited.yaml': LIMITED,
    'no-table.aip-test.yaml': 'policy: policy.aip.json\ncalls: [{ tool: list, expect: allow }]\n',
    'policy.aip.json': '{"kind":"DecisionTable"}',
    'wrong.yaml': POLICY.replace('allowed_tools', 'allowed_tool'),
    'wrong.aip-test.yaml': 'policy: wrong.yaml\ncalls: [{ tool: list, expect: allow }]\n',
    'identity.yaml': POLICY.replace('v1alpha1', 'v1alpha2').replace(
      'spec:',
      'spec:\n  identity: { enabled: true }',
    ),
    'identity.aip-test.yaml': 'policy: identity.yaml\ncalls: [{ tool: list, expect: allow }]\n',
    'deep.aip-test.yaml': `policy: policy.yaml\ncases: ${'['.repeat(5000)}`,
    'no-trace.aip-test.yaml': 'policy: policy.yaml\ntraces: [empty]\ndefault: allow\n',
    'only.aip-test.yaml': 'policy: policy.yaml\ntraces: [empty.jsonl]\ndefault: allow\n',
    'hostile/torn.jsonl': callAt(1) + callAt(2).slice(0, 90),
    'hostile/torn.aip-test.yaml': expectLines('torn.jsonl', ['allow'], '../policy.yaml'),
    'hostile/twice.jsonl': callAt(1).replace('"name":"list"', '"name":"list","name":"other"'),
    'hostile/twice.aip-test.yaml': expectLines(
      'twice.jsonl',
      ['{ decision: block, reason: protocol }'],
      '../policy.yaml',
    ),
    'hostile/long.jsonl': callAt(1, 's', `,"arguments":{"a":"${'x'.repeat(50_000_000)}"}`) + callAt(2),
    'hostile/long.aip-test.yaml': 'policy: ../policy.yaml\ntraces: [long.jsonl]\ndefault: allow\n',
    'hostile/backwards.jsonl': callAt(50) + callAt(1) + callAt(20),
    'hostile/backwards.aip-test.yaml': expectLines(
      'backwards.jsonl',
      ['allow', 'rate_limited', 'rate_limited'],
      '../limited.yaml',
    ),
    'hostile/sessions.jsonl': callAt(1, 'a') + callAt(1, 'b') + callAt(2, 'a') + callAt(2, 'b'),
    'hostile/sessions.aip-test.yaml': expectLines(
      'sessions.jsonl',
      ['allow', 'allow', 'rate_limited', 'rate_limited'],
      '../limited.yaml',
    ),
    'hostile/modern.jsonl': callAt(1, 's', MODERN) + callAt(2, 's', MODERN).replace('"list"', '"other"'),
    'hostile/modern.aip-test.yaml': expectLines('modern.jsonl', ['allow', 'block'], '../policy.yaml'),
    'hostile/binary.jsonl': `${callAt(1)}\u0000\ufffd\u001b[2J{{{\n`,
    'hostile/binary.aip-test.yaml': expectLines('binary.jsonl', ['allow'], '../policy.yaml'),
  });
});
afterAll(() => folder.remove());

const run = (...args: string[]): Promise<Run> => aip(['test', ...args], { cwd: folder.path });

describe('aip test', () => {
  it.each<[number, string, readonly string[]]>([
    [0, 'all is as expected', ['good.aip-test.yaml']],
    [0, 'the lines of a trace say what is expected', ['trace.jsonl', '--policy', 'policy.yaml']],
    [0, 'mistakes are noticed', ['--mutate', 'good.aip-test.yaml', '--mutation-threshold', '100']],
    [1, 'a decision is another', ['bad.aip-test.yaml']],
    [1, 'one of several suites fails', ['good.aip-test.yaml', 'bad.aip-test.yaml']],
    [1, 'a suite has an unknown key', ['typo.aip-test.yaml']],
    [1, 'a case matches no call', ['no-match.aip-test.yaml']],
    [1, 'a policy is not there', ['no-policy.aip-test.yaml']],
    [1, 'a line is torn', ['torn.jsonl', '--policy', 'policy.yaml']],
    [1, 'too little is covered', ['half.aip-test.yaml', '--coverage-threshold', '60']],
    [1, 'suites fail before anything is changed', ['--mutate', 'bad.aip-test.yaml']],
    [1, 'a compiled table is damaged', ['no-table.aip-test.yaml']],
    [1, 'a policy has a field that there is none of', ['wrong.aip-test.yaml']],
    [1, 'a policy asks for what no test can judge', ['identity.aip-test.yaml']],
    [1, 'a suite is nested too deep', ['deep.aip-test.yaml']],
    [1, 'a folder of traces is empty', ['no-trace.aip-test.yaml']],
    [1, 'too few mistakes are noticed', ['--mutate', 'half.aip-test.yaml']],
    [2, 'a suite is not there', ['absent.aip-test.yaml']],
    [2, 'a file is no suite', ['policy.yaml']],
    [2, 'a trace has no policy', ['trace.jsonl']],
    [2, 'an option has no such value', ['good.aip-test.yaml', '--shard', '9/2']],
    [2, 'there are no such jobs', ['good.aip-test.yaml', '--jobs', '0']],
    [2, 'a percentage is none', ['good.aip-test.yaml', '--coverage-threshold', '101']],
    [2, 'a threshold has nothing to be held against', ['good.aip-test.yaml', '--mutation-threshold', '50']],
    [2, 'options do not go together', ['--mutate', '--update', 'good.aip-test.yaml']],
    [2, 'a snapshot would be half written', ['--update', '--filter', 'x', 'good.aip-test.yaml']],
    [2, 'two reports go to one place', ['good.aip-test.yaml', '--format', 'tap', '--format', 'json']],
    [2, 'a report to merge is not there', ['--merge', 'absent.json']],
    [2, 'an option is not known', ['--fitler', 'x']],
    [2, 'a report can not be written', ['good.aip-test.yaml', '--format', 'tap=absent/folder/x']],
    [2, 'a report is none', ['--merge', 'report.json']],
    [3, 'a folder has no suite', ['empty']],
    [3, 'a suite expects nothing', ['nothing.aip-test.yaml']],
    [3, 'a trace expects nothing', ['silent.jsonl', '--policy', 'policy.yaml']],
    [3, 'a trace is empty', ['empty.jsonl', '--policy', 'policy.yaml']],
    [3, 'every trace of a suite is empty', ['only.aip-test.yaml']],
    [3, 'a filter leaves nothing', ['good.aip-test.yaml', '--filter', 'nobody']],
    [3, 'a shard is empty', ['good.aip-test.yaml', '--shard', '2/2']],
    [3, 'there is nothing to change', ['--mutate', 'empty']],
  ])('ends with %i where %s', async (status, _, args) => {
    const result = await run(...args);
    expect(result.status, `${result.stdout}\n${result.stderr}`).toBe(status);
    expect(`${result.stdout}${result.stderr}`).not.toMatch(/^\s+at .*:\d+:\d+/m);
    if (status >= 2) expect(result.stderr).toMatch(/^(?:aip|error): /m);
  });

  it.each<[string, number, RegExp]>([
    ['torn', 1, /torn\.jsonl:2: malformed-line: .*\(character [0-9]+\)/],
    ['twice', 0, /1 passed, 0 failed/],
    ['long', 1, /long\.jsonl:1: line-too-long: the line has 500\d{5} bytes/],
    ['backwards', 0, /3 passed, 0 failed/],
    ['sessions', 0, /4 passed, 0 failed/],
    ['modern', 0, /2 passed, 0 failed/],
    ['binary', 1, /binary\.jsonl:2: malformed-line/],
  ])('gives a hostile trace a clear verdict: %s', async (name, status, says) => {
    const result = await run(`hostile/${name}.aip-test.yaml`);
    expect([result.status, result.stderr]).toEqual([status, '']);
    expect(result.stdout).toMatch(says);
    expect(result.stdout).not.toContain('\u001b');
  });

  it('writes a snapshot that the next run agrees with', async () => {
    folder.write('snap.aip-test.yaml', 'policy: policy.yaml\ntraces: [trace.jsonl]\n');
    expect((await run('snap.aip-test.yaml', '--update')).status).toBe(0);
    expect(folder.read('snap.aip-test.yaml')).toContain('- "1 list -> allow /spec/allowed_tools/0"');
    expect((await run('snap.aip-test.yaml')).status).toBe(0);
    folder.write('policy.yaml', POLICY.replace('list', 'other'));
    const changed = await run('snap.aip-test.yaml');
    folder.write('policy.yaml', POLICY);
    expect(changed.status).toBe(1);
    expect(changed.stdout).toContain('- trace.jsonl:1 list -> allow /spec/allowed_tools/0');
    expect(changed.stdout).toContain('+ trace.jsonl:1 list -> block -32001 not-listed');
  });
});
