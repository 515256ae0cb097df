import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { detectBase } from '../../src/ci/environment/detect-base.ts';
import { readRange } from '../../src/diff/git/revisions.ts';
import { createProgram } from '../../src/program.ts';
import { AIP, ROOT, type Run, runToEnd } from '../aip.ts';
import { type GitFolder, git, makeGitFolder, writePolicy } from '../diff/git-folder.ts';
import { captureContext, type Folder, makeFolder } from '../lint/lint-in-folder.ts';

const PAGE = readFileSync(join(ROOT, 'docs/ci.md'), 'utf8');
const blocks = (language: string): readonly string[] =>
  [...PAGE.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(
    (match) => match[1] ?? '',
  );

interface ActionFile {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly runs: { readonly using: string; readonly main: string };
}
const ACTION: ActionFile = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'));

describe('docs/ci.md', () => {
  it('has examples in YAML that can be read', () => {
    const read = blocks('yaml').map((block) => parse(block));
    expect(read.map((each) => Object.keys(each)[0])).toEqual(['name', 'policies', 'pool', 'version']);
  });

  it('gives the command only options that it has', () => {
    const command = createProgram(() => undefined, []).commands.find((each) => each.name() === 'ci');
    const known = new Set(command?.options.map(({ long }) => long));
    const used = [...PAGE.matchAll(/aip ci ([^\n`]*)/g)].flatMap(
      (match) => match[1]?.match(/--[a-z-]+/g) ?? [],
    );
    expect(used.length).toBeGreaterThan(8);
    expect(used.filter((option) => option !== '--help' && !known.has(option))).toEqual([]);
  });

  it('lists every input of the Action, and uses no other', () => {
    const rows = PAGE.slice(PAGE.indexOf('| input |'), PAGE.indexOf('The output'));
    const listed = rows
      .split('\n')
      .slice(2)
      .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([a-z-]+)`/g)].map((match) => match[1]));
    expect(listed.sort()).toEqual(Object.keys(ACTION.inputs).sort());
    const workflow: { jobs: { policies: { steps: { with: object }[] } } } = parse(blocks('yaml')[0] ?? '');
    const used = Object.keys(workflow.jobs.policies.steps.at(-1)?.with ?? {});
    expect(used.filter((name) => !(name in ACTION.inputs))).toEqual([]);
    expect([ACTION.runs, Object.keys(ACTION.outputs)]).toEqual([
      { using: 'node24', main: 'packages/cli/action/main.mjs' },
      ['result'],
    ]);
  });
});

describe('a build that is of no pull request', () => {
  const COMMANDS = {
    Jenkins: /sh '''\n([\s\S]*?)'''/.exec(blocks('groovy')[0] ?? '')?.[1] ?? '',
    'Azure Pipelines': [...(blocks('yaml')[2] ?? '').matchAll(/- script: (.*)/g)]
      .map((match) => match[1])
      .join('\n'),
  };

  it.each<[keyof typeof COMMANDS, string, number, NodeJS.ProcessEnv]>([
    ['Jenkins', 'main', 0, { JENKINS_URL: 'http://j/' }],
    ['Jenkins', 'topic', 1, { JENKINS_URL: 'http://j/' }],
    ['Jenkins', 'topic', 1, { JENKINS_URL: 'http://j/', CHANGE_TARGET: 'main' }],
    ['Azure Pipelines', 'main', 0, { TF_BUILD: 'True' }],
    ['Azure Pipelines', 'topic', 1, { TF_BUILD: 'True' }],
  ])('of %s is compared with the default branch: %s, %i', (system, branch, expected, more) => {
    const origin = makeGitFolder({ 'policies/a.yaml': writePolicy('a', 'list') });
    const clone = makeFolder({});
    try {
      origin.commit('one');
      origin.git('checkout', '-q', '-b', 'topic');
      origin.write('policies/a.yaml', writePolicy('a', 'list', 'remove'));
      origin.commit('two');
      // As these systems do: into an empty repository, and without the remote's HEAD.
      git(clone.path, 'init', '-q');
      git(clone.path, 'remote', 'add', 'origin', origin.path);
      const branches = system === 'Jenkins' ? branch : '*';
      git(clone.path, 'fetch', '-q', 'origin', `+refs/heads/${branches}:refs/remotes/origin/${branches}`);
      git(clone.path, 'checkout', '-q', `refs/remotes/origin/${branch}`);
      const script = `npm() { :; }\nnpx() { :; }\nset -e\n${COMMANDS[system]}`;
      const { status, stderr } = spawnSync('sh', ['-c', script], {
        cwd: clone.path,
        env: { PATH: process.env.PATH, ...more },
      });
      expect([status, String(stderr)]).toEqual([0, expect.not.stringContaining('fatal')]);
      const { context } = captureContext(clone.path, more);
      const base = detectBase(context, { base: undefined, head: undefined });
      const range = readRange(context, base.kind === 'range' ? base.operand : '');
      expect(range.old.commit === range.next.commit ? 0 : 1).toBe(expected);
      expect(range.old.commit).toBe(origin.git('rev-parse', 'main'));
    } finally {
      origin.remove();
      clone.remove();
    }
  });
});

describe('the hook before a push', () => {
  let folder: GitFolder;
  let outside: Folder;

  beforeAll(() => {
    const hook = blocks('sh').find((block) => block.startsWith('#!/bin/sh')) ?? '';
    outside = makeFolder({ aip: `#!/bin/sh\nexec '${process.execPath}' '${AIP}' "$@"\n` });
    chmodSync(join(outside.path, 'aip'), 0o755);
    git(outside.path, 'init', '-q', '--bare', 'remote.git');
    folder = makeGitFolder({ 'a.yaml': writePolicy('a', 'list') });
    folder.git('remote', 'add', 'origin', join(outside.path, 'remote.git'));
    const path = join(folder.path, '.git/hooks/pre-push');
    writeFileSync(path, hook);
    chmodSync(path, 0o755);
    folder.commit('first');
  });
  afterAll(() => {
    folder.remove();
    outside.remove();
  });

  const push = (...args: readonly string[]): Promise<Run> =>
    runToEnd('git', ['push', '-q', ...args], {
      cwd: folder.path,
      env: { PATH: `${outside.path}:${process.env.PATH}`, GIT_CONFIG_GLOBAL: '/dev/null' },
    });

  // One after the other: each push starts from what the one before it left.
  it.sequential.each<[string, boolean, string, () => readonly string[]]>([
    ['the first', true, 'diff skipped', () => ['origin', 'main']],
    [
      'a widening',
      false,
      'widened list_all block → allow',
      () => {
        folder.write('a.yaml', writePolicy('a', 'list', 'list_all'));
        folder.commit('wider');
        return ['origin', 'main'];
      },
    ],
    [
      'another branch with it',
      false,
      'widened list_all block → allow',
      () => {
        folder.git('remote', 'set-head', 'origin', 'main');
        return ['origin', 'HEAD:refs/heads/topic'];
      },
    ],
    [
      'the same meaning in other words',
      true,
      'diff passed',
      () => {
        folder.write('a.yaml', `# what the agent may do\n${writePolicy('a', 'List')}`);
        folder.commit('reworded');
        return ['origin', 'main', 'HEAD:refs/heads/topic'];
      },
    ],
    ['a deletion', true, '', () => ['origin', ':topic']],
    [
      'a policy that is broken',
      false,
      'lint failed',
      () => {
        folder.write('a.yaml', 'kind: AgentPolicy\n');
        folder.commit('broken');
        return ['origin', 'main'];
      },
    ],
  ])('%s: %s', async (_, passes, said, prepare) => {
    const { status, stdout, stderr } = await push(...prepare());
    expect(status === 0, `${stdout}${stderr}`).toBe(passes);
    expect(`${stdout}${stderr}`).toContain(said);
  });

  it('lets a repository without policies go', async () => {
    const other = makeGitFolder({ 'readme.md': 'x' });
    other.commit('first');
    git(outside.path, 'init', '-q', '--bare', 'other.git');
    const hooks = join(folder.path, '.git/hooks');
    const { status, stdout, stderr } = await runToEnd(
      'git',
      ['-c', `core.hooksPath=${hooks}`, 'push', '-q', join(outside.path, 'other.git'), 'main'],
      { cwd: other.path, env: { PATH: `${outside.path}:${process.env.PATH}` } },
    );
    expect([status, stdout], stderr).toEqual([0, expect.stringContaining('aip ci: nothing')]);
    other.remove();
  });
});
