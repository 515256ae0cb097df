import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aip, type Run, runToEnd } from '../aip.ts';
import { type Folder, makeFolder } from '../lint/lint-in-folder.ts';

const policy = (name: string, ...tools: readonly string[]): string =>
  `apiVersion: aip.io/v1alpha1\nkind: AgentPolicy\nmetadata:\n  name: ${name}\nspec:\n  allowed_tools: [${tools.join(', ')}]\n`;

let folder: Folder;

async function git(...args: string[]): Promise<void> {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'commit.gpgsign=false'];
  const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const { status, stderr } = await runToEnd('git', [...identity, ...args], { cwd: folder.path, env });
  expect(status, stderr).toBe(0);
}

async function commit(tag: string): Promise<void> {
  await git('add', '-A');
  await git('commit', '-q', '--allow-empty', '-m', tag);
  await git('tag', tag);
}

beforeAll(async () => {
  folder = makeFolder({ 'readme.json': '{}' });
  await git('init', '-q', '-b', 'main');
  await commit('empty');
  folder.write('policies/a.yaml', policy('a', 'list'));
  folder.write('policies/b.yaml', policy('b', 'list'));
  folder.write('policies/deep/ü d.yaml', policy('d', 'list'));
  await commit('first');
  folder.write('policies/a.yaml', policy('a', 'list', 'remove'));
  await commit('wider');
  rmSync(join(folder.path, 'policies/b.yaml'));
  folder.write('policies/renamed.yaml', policy('b', 'list'));
  await commit('renamed');
  rmSync(join(folder.path, 'policies/renamed.yaml'));
  await commit('deleted');
  folder.write('policies/deep/ü d.yaml', `# said otherwise\n${policy('d', 'List')}`);
  await commit('reworded');
  folder.write('policies/broken.yaml', 'kind: AgentPolicy\n');
  await commit('broken');
  rmSync(join(folder.path, 'policies/broken.yaml'));
  symlinkSync('a.yaml', join(folder.path, 'policies/link.yaml'));
  await commit('linked');
  await git('checkout', '-q', '-b', 'side', 'first');
  await commit('branched');
});
afterAll(() => folder.remove());

const run = (...args: string[]): Promise<Run> => aip(['diff', ...args], { cwd: folder.path });

describe('aip diff A..B', () => {
  it.each<[number, string, string, readonly string[]]>([
    [0, 'unchanged: no difference', 'nothing changed', ['first..first']],
    [1, 'first:policies/a.yaml → wider:policies/a.yaml widened', 'a tool is new', ['first..wider']],
    [0, 'narrowed: 1 narrowed', 'a tool is gone', ['wider..first']],
    [
      0,
      'unchanged: no difference',
      'only another file is asked about',
      ['first..wider', '--', 'policies/b.yaml'],
    ],
    [1, 'widened: 1 widened', 'the folder of it is asked about', ['first..wider', '--', 'policies/']],
    [
      0,
      'policies/b.yaml → policies/renamed.yaml renamed, and unchanged',
      'a file is renamed',
      ['wider..renamed', '--fail-on', 'widened'],
    ],
    [1, 'renamed:policies/renamed.yaml deleted', 'a policy is deleted', ['renamed..deleted']],
    [1, '3 policies added', 'there was none before', ['empty..first']],
    [0, 'reworded:policies/deep/ü d.yaml unchanged', 'only words changed', ['deleted..reworded']],
    [0, 'narrowed: 1 narrowed', 'a branch is compared with what it left', ['wider..first']],
    [0, 'unchanged: no difference', 'the main branch is ahead of a branch', ['main...side']],
    [2, '', 'a policy can not be compiled', ['reworded..broken']],
    [2, '', 'a revision is not there', ['absent..first']],
    [2, '', 'a revision looks like an option', ['--', '--all..first']],
    [3, '', 'no path has a policy', ['first..wider', '--', 'absent/']],
    [3, '', 'no revision has a policy', ['empty..empty']],
  ])('%i %s: %s', async (status, said, _, args) => {
    const found = await run(...args);
    expect(found.status, found.stderr).toBe(status);
    expect(found.stdout).toContain(said);
    expect(found.stderr).not.toContain('    at ');
    if (status > 1) expect(found.stderr).toContain('aip: ');
  });

  it('compares with HEAD where the second revision is left out', async () => {
    expect((await run('wider..')).stdout).toContain('narrowed: 1 narrowed');
  });

  it('reads paths from the folder that it runs in', async () => {
    const found = await aip(['diff', 'first..wider', '--', 'a.yaml'], { cwd: join(folder.path, 'policies') });
    expect([found.status, found.stdout.includes('wider:a.yaml')]).toEqual([1, true]);
  });

  it('annotates the file in the working tree', async () => {
    const { stdout } = await run('first..wider', '--format', 'github');
    expect(stdout).toMatch(/^::error file=policies\/a\.yaml,line=6,title=widened-calls::/);
  });

  it('replays traces only through what changed', async () => {
    folder.write(
      'calls.jsonl',
      '[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"remove"}},{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"list"}}]\n',
    );
    const { stdout } = await run('first..wider', '--traces', 'calls.jsonl', '--format', 'json');
    expect(JSON.parse(stdout).recorded).toEqual({
      calls: 2,
      changes: [
        {
          policy: 'wider:policies/a.yaml',
          tool: 'remove',
          from: 'block',
          to: 'allow',
          change: 'widened',
          calls: 1,
          file: 'calls.jsonl',
          line: 1,
        },
      ],
    });
  });
});
