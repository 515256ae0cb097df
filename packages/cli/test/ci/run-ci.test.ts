import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runCiSteps } from '../../src/ci/run-ci.ts';
import type { CiSettings } from '../../src/ci/settings.ts';
import { makeGitFolder, writePolicy } from '../diff/git-folder.ts';
import { captureContext, type Folder } from '../lint/lint-in-folder.ts';

const folders: Folder[] = [];
afterEach(() => {
  for (const each of folders.splice(0)) each.remove();
});

const SETTINGS: CiSettings = {
  paths: [],
  tests: ['.'],
  base: 'base',
  head: undefined,
  skip: ['test'],
  failOn: 'widened',
  traces: [],
  acknowledged: undefined,
  coverage: false,
  coverageThreshold: undefined,
  sarif: undefined,
  junit: undefined,
  markdown: undefined,
  comment: false,
  commentKey: 'default',
  uploadSarif: false,
  token: undefined,
};

async function run(cwd: string, settings: Partial<CiSettings> = {}) {
  const { context, stdout, stderr } = captureContext(cwd);
  const tools = { now: 0, fetch, sleep: () => Promise.resolve() };
  const status = await runCiSteps(context, { ...SETTINGS, ...settings }, tools);
  return { status, stdout: stdout(), stderr: stderr(), last: stdout().trimEnd().split('\n').at(-1) };
}

function repository(files: Readonly<Record<string, string>>) {
  const folder = makeGitFolder(files);
  folders.push(folder);
  folder.commit('base');
  return folder;
}

describe('the comparison of a run', () => {
  it('has nothing to do for a commit and itself, which is no pass', async () => {
    const { path } = repository({ 'a.yaml': writePolicy('a', 'list') });
    const both = await run(path);
    expect([both.status, both.last]).toEqual([0, 'aip ci: passed (lint passed, test skipped, diff nothing)']);
    expect(both.stdout).toContain('both sides of base...HEAD are the commit ');
    const alone = await run(path, { skip: ['lint', 'test'] });
    expect([alone.status, alone.last]).toEqual([
      3,
      'aip ci: nothing (lint skipped, test skipped, diff nothing)',
    ]);
  });

  it('could not be made where it looks past the policies that linting finds', async () => {
    const folder = repository({ 'a.md': 'x' });
    folder.write('b.md', 'x');
    folder.commit('next');
    folder.write('a.yaml', writePolicy('a', 'list'));
    const found = await run(folder.path);
    expect([found.status, found.last]).toEqual([2, 'aip ci: error (lint passed, test skipped, diff error)']);
    expect(found.stderr).toContain('there are policies, and none on either side of base...HEAD');
  });

  it('has nothing to do where there is no policy at all', async () => {
    const folder = repository({ 'a.md': 'x' });
    folder.write('b.md', 'x');
    folder.commit('next');
    expect((await run(folder.path)).status).toBe(3);
  });

  it('stops at a widened policy whose kind is spelled otherwise', async () => {
    const folder = repository({ 'a.yaml': writePolicy('a', 'list') });
    folder.write('a.yaml', writePolicy('a', 'list', 'remove').replace('kind: ', 'kind:\n  '));
    folder.commit('next');
    const found = await run(folder.path);
    expect([found.status, found.last]).toEqual([
      1,
      'aip ci: failed (lint passed, test skipped, diff failed)',
    ]);
  });
});

it('the coverage of the tests is told as it was at the base, for an absolute path', async () => {
  const suite = 'policy: ../a.yaml\ncalls:\n  - name: listing\n    tool: list\n    expect: allow\n';
  const folder = repository({ 'a.yaml': writePolicy('a', 'list'), 'tests/a.aip-test.yaml': suite });
  folder.write('a.yaml', writePolicy('a', 'list').replace('[list]', '[list] # the same'));
  folder.commit('next');
  await run(folder.path, {
    skip: ['lint'],
    coverage: true,
    markdown: 'out.md',
    tests: [join(folder.path, 'tests')],
  });
  expect(folder.read('out.md')).toMatch(/The tests show .* of the policies; at the base /);
});
