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
    [2, 'a suite is not there', ['absent.aip-test.yaml']],
    [2, 'a file is no suite', ['policy.yaml']],
    [2, 'a trace has no policy', ['trace.jsonl']],
    [2, 'an option has no such value', ['good.aip-test.yaml', '--shard', '9/2']],
    [2, 'an option is not known', ['--fitler', 'x']],
    [2, 'a report can not be written', ['good.aip-test.yaml', '--format', 'tap=absent/folder/x']],
    [2, 'a report is none', ['--merge', 'report.json']],
    [3, 'a folder has no suite', ['empty']],
    [3, 'a suite expects nothing', ['nothing.aip-test.yaml']],
    [3, 'a trace expects nothing', ['silent.jsonl', '--policy', 'policy.yaml']],
    [3, 'a trace is empty', ['empty.jsonl', '--policy', 'policy.yaml']],
    [3, 'a filter leaves nothing', ['good.aip-test.yaml', '--filter', 'nobody']],
    [3, 'a shard is empty', ['good.aip-test.yaml', '--shard', '2/2']],
    [3, 'there is nothing to change', ['--mutate', 'empty']],
  ])('ends with %i where %s', async (status, _, args) => {
    const result = await run(...args);
    expect(result.status, `${result.stdout}\n${result.stderr}`).toBe(status);
    expect(`${result.stdout}${result.stderr}`).not.toMatch(/^\s+at .*:\d+:\d+/m);
    if (status >= 2) expect(result.stderr).toMatch(/^(?:aip|error): /m);
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
