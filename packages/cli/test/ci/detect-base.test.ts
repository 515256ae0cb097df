import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectBase } from '../../src/ci/environment/detect-base.ts';
import { CliError } from '../../src/exit-status.ts';
import { type GitFolder, git, makeGitFolder } from '../diff/git-folder.ts';
import { captureContext, type Folder, makeFolder } from '../lint/lint-in-folder.ts';

const NONE = '0'.repeat(40);
const SHA = 'a'.repeat(40);

let origin: GitFolder;
let outer: Folder;
let clone: string;
beforeAll(() => {
  origin = makeGitFolder({ 'a.md': 'x' });
  origin.commit('one');
  outer = makeFolder({});
  git(outer.path, 'clone', '-q', origin.path, 'clone');
  clone = join(outer.path, 'clone');
});
afterAll(() => {
  origin.remove();
  outer.remove();
});

type Environment = Readonly<Record<string, string>>;

function detect(cwd: string, environment: Environment, base?: string, head?: string): string {
  try {
    const found = detectBase(captureContext(cwd, environment).context, { base, head });
    return found.kind === 'none' ? `none: ${found.why}` : found.operand;
  } catch (failure) {
    if (failure instanceof CliError) return `error: ${failure.message}`;
    throw failure;
  }
}

const GITLAB = { GITLAB_CI: 'true', CI_DEFAULT_BRANCH: 'main', CI_COMMIT_BRANCH: 'topic' };

describe('what a run is compared with', () => {
  it.each<[string, string, Environment]>([
    [`${SHA}...HEAD`, 'a merged results pipeline', { ...GITLAB, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: SHA }],
    [
      `${SHA}...HEAD`,
      'a merge request',
      { ...GITLAB, CI_MERGE_REQUEST_TARGET_BRANCH_SHA: '', CI_MERGE_REQUEST_DIFF_BASE_SHA: SHA },
    ],
    [`${SHA}..HEAD`, 'a push to GitLab', { ...GITLAB, CI_COMMIT_BEFORE_SHA: SHA }],
    ['origin/main...HEAD', 'a new branch on GitLab', { ...GITLAB, CI_COMMIT_BEFORE_SHA: NONE }],
    [
      'none: nothing came before on main, as CI_COMMIT_BEFORE_SHA says',
      'a first pipeline on GitLab',
      { ...GITLAB, CI_COMMIT_BRANCH: 'main', CI_COMMIT_BEFORE_SHA: NONE },
    ],
    ['origin/main...HEAD', 'a change on Jenkins', { JENKINS_URL: 'http://j/', CHANGE_TARGET: 'main' }],
    [
      `${SHA}..HEAD`,
      'a branch on Jenkins',
      { JENKINS_URL: 'http://j/', GIT_PREVIOUS_SUCCESSFUL_COMMIT: SHA },
    ],
    ['origin/HEAD...HEAD', 'a first build on Jenkins', { JENKINS_URL: 'http://j/' }],
    [
      'origin/main...HEAD',
      'a pull request on Azure',
      { TF_BUILD: 'True', SYSTEM_PULLREQUEST_TARGETBRANCH: 'refs/heads/main' },
    ],
    [
      'origin/a/b...HEAD',
      'a pull request on Azure from GitHub',
      { TF_BUILD: 'True', SYSTEM_PULLREQUEST_TARGETBRANCH: 'a/b' },
    ],
    ['origin/HEAD...HEAD', 'a build on Azure', { TF_BUILD: 'True' }],
    ['origin/HEAD...HEAD', 'CircleCI', { CIRCLECI: 'true' }],
    ['origin/HEAD...HEAD', 'no CI system', {}],
  ])('is %s for %s', (expected, _, environment) => {
    expect(detect(clone, environment)).toBe(expected);
  });

  it('is what the command line names, before all others', () => {
    expect(detect(clone, { ...GITLAB, CI_COMMIT_BEFORE_SHA: SHA }, 'v1', 'v2')).toBe('v1...v2');
    expect(detect(clone, { ...GITLAB, CI_COMMIT_BEFORE_SHA: SHA }, '', 'v2')).toBe(`${SHA}..v2`);
  });

  it('is no guess where nothing says it', () => {
    for (const environment of [{}, { CIRCLECI: 'true' }, { TF_BUILD: 'True' }, { JENKINS_URL: 'x' }])
      expect(detect(origin.path, environment)).toMatch(/^error: what to compare with is not known from /);
  });

  const event = (payload: unknown, name = 'push'): Environment => {
    outer.write('event.json', typeof payload === 'string' ? payload : JSON.stringify(payload));
    return {
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: name,
      GITHUB_EVENT_PATH: join(outer.path, 'event.json'),
    };
  };
  const repository = { default_branch: 'main' };

  it.each<[string, string, unknown, Environment?]>([
    ['none: the branch is deleted', 'a deleted branch', { deleted: true, before: SHA, after: NONE }],
    [
      'none: a new tag comes after nothing',
      'a new tag',
      { before: NONE, repository },
      { GITHUB_REF_TYPE: 'tag' },
    ],
    ['error: the event names no default branch', 'an event without a repository', { before: NONE }],
    ['origin/main...HEAD', 'a hash that is an option', { before: '--output=x', repository }],
    ['error: GITHUB_EVENT_PATH', 'what is no JSON', '{'],
    ['error: the event names no default branch', 'what is no object', []],
    [
      'error: `',
      'a pull request without commits',
      { pull_request: { number: 7, base: {}, head: { sha: SHA } } },
    ],
  ])('is %s for %s', (expected, _, payload, more = {}) => {
    const found = detect(clone, { ...event(payload), ...more });
    expect(found.slice(0, expected.length)).toBe(expected);
  });

  it('needs an event on GitHub', () => {
    expect(detect(clone, { GITHUB_ACTIONS: 'true' })).toBe(
      'error: GITHUB_ACTIONS is set, and GITHUB_EVENT_PATH is not',
    );
    const absent = { GITHUB_ACTIONS: 'true', GITHUB_EVENT_PATH: join(outer.path, 'absent.json') };
    expect(detect(clone, absent)).toMatch(/^error: can't read GITHUB_EVENT_PATH/);
  });
});
