import type { CommandContext } from '../../context.ts';
import { runGit } from '../../diff/git/run-git.ts';
import { CliError } from '../../exit-status.ts';
import { type ComparisonBase, isNoCommit } from './comparison-base.ts';
import { readGithubBase } from './github-base.ts';

/** What the command line says about it. */
export interface NamedRevisions {
  readonly base: string | undefined;
  readonly head: string | undefined;
}

/**
 * What to compare with: what the command line names, else what the CI system says, else what the branch left.
 * @throws CliError where it can't be told; what is checked must not depend on a guess
 */
export function detectBase(context: CommandContext, { base, head }: NamedRevisions): ComparisonBase {
  const next = head ?? 'HEAD';
  // A variable that a CI system leaves empty names nothing.
  if (base !== undefined && base !== '') return compareWith(base, next, '--base');
  const { environment } = context;
  if (environment.GITHUB_ACTIONS === 'true') return readGithubBase(context, head);
  if (environment.GITLAB_CI === 'true') return readGitlabBase(context, next);
  if (environment.TF_BUILD !== undefined && environment.TF_BUILD !== '') return readAzureBase(context, next);
  if (environment.CIRCLECI === 'true') return compareWithDefault(context, next, 'CircleCI');
  if (environment.JENKINS_URL !== undefined && environment.JENKINS_URL !== '')
    return readJenkinsBase(context, next);
  return compareWithDefault(context, next, 'origin/HEAD');
}

/** With what the newer side branched off from the base. */
function compareWith(base: string, next: string, source: string): ComparisonBase {
  return { kind: 'range', operand: `${base}...${next}`, source };
}

function readGitlabBase(context: CommandContext, next: string): ComparisonBase {
  const { environment } = context;
  // Of a merged results pipeline HEAD is the merge, and the target branch is one of its parents.
  const target = environment.CI_MERGE_REQUEST_TARGET_BRANCH_SHA;
  if (target !== undefined && target !== '')
    return compareWith(target, next, 'CI_MERGE_REQUEST_TARGET_BRANCH_SHA');
  const base = environment.CI_MERGE_REQUEST_DIFF_BASE_SHA;
  if (base !== undefined && base !== '') return compareWith(base, next, 'CI_MERGE_REQUEST_DIFF_BASE_SHA');
  const before = environment.CI_COMMIT_BEFORE_SHA;
  if (before !== undefined && !isNoCommit(before))
    return { kind: 'range', operand: `${before}..${next}`, source: 'CI_COMMIT_BEFORE_SHA' };
  const branch = environment.CI_DEFAULT_BRANCH;
  if (branch === undefined || branch === '') return compareWithDefault(context, next, 'GitLab');
  if (environment.CI_COMMIT_BRANCH === branch)
    return { kind: 'none', why: `nothing came before on ${branch}, as CI_COMMIT_BEFORE_SHA says` };
  return compareWith(`origin/${branch}`, next, 'CI_DEFAULT_BRANCH');
}

function readAzureBase(context: CommandContext, next: string): ComparisonBase {
  const target = context.environment.SYSTEM_PULLREQUEST_TARGETBRANCH;
  if (target === undefined || target === '') return compareWithDefault(context, next, 'Azure Pipelines');
  const branch = target.replace(/^refs\/heads\//, '');
  return compareWith(`origin/${branch}`, next, 'SYSTEM_PULLREQUEST_TARGETBRANCH');
}

function readJenkinsBase(context: CommandContext, next: string): ComparisonBase {
  const { CHANGE_TARGET: target, GIT_PREVIOUS_SUCCESSFUL_COMMIT: previous } = context.environment;
  if (target !== undefined && target !== '') return compareWith(`origin/${target}`, next, 'CHANGE_TARGET');
  // The last build that passed: a change that was stopped once is not passed by a build after it.
  if (previous !== undefined && previous !== '')
    return { kind: 'range', operand: `${previous}..${next}`, source: 'GIT_PREVIOUS_SUCCESSFUL_COMMIT' };
  return compareWithDefault(context, next, 'Jenkins');
}

/** With the remote's default branch, where the clone knows it. */
function compareWithDefault(context: CommandContext, next: string, system: string): ComparisonBase {
  const found = runGit(context.cwd, ['rev-parse', '--verify', '--quiet', 'origin/HEAD^{commit}']);
  if (found.ok) return compareWith('origin/HEAD', next, 'origin/HEAD');
  throw new CliError(
    `what to compare with is not known from ${system}`,
    'give --base REVISION, or say which branch it is: git remote set-head origin BRANCH (or --skip diff); see docs/ci.md',
  );
}
