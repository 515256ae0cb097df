import type { CommandContext } from '../../context.ts';
import { runGit } from '../../diff/git/run-git.ts';
import { CliError } from '../../exit-status.ts';
import { type ComparisonBase, isNoCommit } from './comparison-base.ts';
import { type GithubEvent, isCommit, readGithubEvent } from './github-event.ts';

/**
 * What a workflow's event is to be compared with.
 * @throws CliError where the event does not say it, or something else than its commit is checked out
 */
export function readGithubBase(context: CommandContext, head: string | undefined): ComparisonBase {
  const event = readGithubEvent(context);
  const next = head ?? 'HEAD';
  if (event.pullRequest !== null) return comparePullRequest(context, event.pullRequest, head);
  if (isCommit(event.mergeGroupBase))
    return { kind: 'range', operand: `${event.mergeGroupBase}..${next}`, source: 'the merge queue' };
  if (event.isDeletion) return { kind: 'none', why: 'the branch is deleted' };
  if (event.name !== 'push')
    throw new CliError(
      `the event \`${event.name}\` has nothing to compare with`,
      'give --base REVISION, or leave the comparison out with --skip diff',
    );
  if (!isNoCommit(event.before) && isCommit(event.before))
    return { kind: 'range', operand: `${event.before}..${next}`, source: 'the push' };
  return compareNewBranch(context, event, next);
}

/** A branch that is new is compared with what it left. */
function compareNewBranch(
  { environment }: CommandContext,
  { defaultBranch }: GithubEvent,
  next: string,
): ComparisonBase {
  if (defaultBranch === '') throw new CliError('the event names no default branch', 'give --base REVISION');
  if (environment.GITHUB_REF_TYPE === 'tag') return { kind: 'none', why: 'a new tag comes after nothing' };
  if (environment.GITHUB_REF === `refs/heads/${defaultBranch}`)
    return { kind: 'none', why: `nothing came before on ${defaultBranch}` };
  return { kind: 'range', operand: `origin/${defaultBranch}...${next}`, source: 'the new branch' };
}

/**
 * A workflow has checked out the pull request's head, or its merge into the base: then the merge's first parent is
 * what it will change. Anything else (such as the base itself, for `pull_request_target`) would show no difference.
 */
function comparePullRequest(
  { cwd }: CommandContext,
  { base, head }: NonNullable<GithubEvent['pullRequest']>,
  named: string | undefined,
): ComparisonBase {
  if (named !== undefined)
    return { kind: 'range', operand: `${base}...${named}`, source: 'the pull request' };
  const here = runGit(cwd, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}']);
  const commit = here.bytes.toString('utf8').trim();
  if (commit === head) return { kind: 'range', operand: `${base}...${head}`, source: 'the pull request' };
  // The object itself, since a shallow clone hides parents.
  const object = runGit(cwd, ['cat-file', 'commit', 'HEAD']).bytes.toString('utf8');
  const [headers = ''] = object.split('\n\n');
  const parents = [...headers.matchAll(/^parent ([0-9a-f]+)$/gm)].map((match) => match[1] ?? '');
  const [first, second, ...more] = parents;
  if (first !== undefined && second === head && more.length === 0)
    return { kind: 'range', operand: `${first}..${commit}`, source: "the pull request's merge" };
  throw new CliError(
    "what is checked out is neither the pull request's head nor its merge into the base",
    'let actions/checkout check out what it does by default, with fetch-depth: 0; or give --base and --head',
  );
}
