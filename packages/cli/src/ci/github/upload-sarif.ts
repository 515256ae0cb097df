import { gzipSync } from 'node:zlib';
import type { CommandContext } from '../../context.ts';
import { runGit } from '../../diff/git/run-git.ts';
import type { GithubEvent } from '../environment/github-event.ts';
import type { GithubApi } from './github-api.ts';

/** Sends findings to code scanning; gives the reason where GitHub does not take them. */
export async function uploadSarif(
  context: CommandContext,
  api: GithubApi,
  { pullRequest }: GithubEvent,
  sarif: string,
): Promise<string | undefined> {
  const commit = runGit(context.cwd, ['rev-parse', 'HEAD']).bytes.toString('utf8').trim();
  const { GITHUB_REF: ref = '' } = context.environment;
  const body = {
    commit_sha: commit,
    // The pull request's own commits have another reference than its merge.
    ref: pullRequest !== null && commit === pullRequest.head ? `refs/pull/${pullRequest.number}/head` : ref,
    sarif: gzipSync(sarif).toString('base64'),
  };
  const { problem } = await api.request('POST', `${api.repository}/code-scanning/sarifs`, body);
  return problem === '' ? undefined : problem;
}
