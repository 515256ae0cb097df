import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aip, type Run } from '../aip.ts';
import { type Folder, makeFolder } from '../lint/lint-in-folder.ts';

const POLICY = `apiVersion: aip.io/v1alpha1
kind: AgentPolicy
metadata: { name: jobs }
spec:
  allowed_tools: [list]
  tool_rules: [{ tool: read, allow_args: { path: ^/tmp/ } }]
`;

/** So many calls of two tools, about 200 bytes each. */
function makeTrace(calls: number): string {
  let text = '';
  for (let id = 0; id < calls; id++) {
    const params = `{"name":"${id % 7 === 0 ? 'read' : 'list'}","arguments":{"path":"/${id % 3 === 0 ? 'tmp' : 'etc'}/file-${id}"}}`;
    text += `{"session_id":"s${id % 3}","ts":"2026-01-05T09:00:00.000Z","direction":"c2s","raw":{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}}\n`;
  }
  return text;
}

let folder: Folder;
beforeAll(() => {
  const trace = makeTrace(25_000);
  folder = makeFolder({
    'policy.yaml': POLICY,
    'a/1.jsonl': trace,
    'a/2.jsonl': `${trace}torn{\n`,
    'a/3.jsonl': trace,
    'a.aip-test.yaml':
      'policy: policy.yaml\ntraces: [a]\ndefault: allow\ncases: [{ name: list, match: { tool: list }, expect: allow }]\n',
    'b.aip-test.yaml': 'policy: policy.yaml\ncalls: [{ tool: list, expect: block }]\n',
    'c.aip-test.yaml': 'policy: absent.yaml\ntraces: [a]\n',
    'd.aip-test.yaml': 'policy: policy.yaml\ntraces: [a/1.jsonl]\ndefault: { violation: false }\n',
  });
});
afterAll(() => folder.remove());

const run = (...args: string[]): Promise<Run> => aip(['test', ...args], { cwd: folder.path });

describe('aip test --jobs', () => {
  it.each<[string, readonly string[]]>([
    ['json', ['--format', 'json']],
    ['a report for people', ['--format', 'pretty']],
    ['coverage', ['--coverage', 'json', '--format', 'tap=report.tap']],
    ['less than all', ['--format', 'json', '--bail', '1', '--filter', 'list', '--filter', 'default']],
    ['one of several shards', ['--format', 'json', '--shard', '1/2']],
  ])('writes the same bytes as one thread: %s', async (_, args) => {
    const alone = await run(...args, '--jobs', '1');
    const together = await run(...args, '--jobs', '3');
    expect(alone.status).toBe(1);
    expect(together).toEqual(alone);
  });

  it('chooses by itself', async () => {
    expect(await run('--format', 'json')).toEqual(await run('--format', 'json', '--jobs', '2'));
  });

  it.each([['0'], ['-1'], ['two'], ['1.5'], ['257']])('refuses --jobs %s', async (value) => {
    const { status, stderr } = await run(`--jobs=${value}`, 'b.aip-test.yaml');
    expect(status).toBe(2);
    expect(stderr).toContain(`aip: \`--jobs ${value}\` is no number of threads`);
  });
});
