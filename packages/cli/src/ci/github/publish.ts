import type { CommandContext } from '../../context.ts';
import { CliError, EXIT } from '../../exit-status.ts';
import { escapeData } from '../../lint/formats/github.ts';
import { escapeControls } from '../../terminal/printable.ts';
import { type GithubEvent, readGithubEvent } from '../environment/github-event.ts';
import { combineSarif } from '../report/combine-reports.ts';
import { type CiOutcome, renderSummary } from '../report/render-summary.ts';
import type { CiSettings } from '../settings.ts';
import { createGithubApi, type GithubApi, type GithubApiOptions } from './github-api.ts';
import { MAX_COMMENT, writeStickyComment } from './sticky-comment.ts';
import { uploadSarif } from './upload-sarif.ts';

/** What publishing takes from the process around it. */
export type PublishTools = Omit<GithubApiOptions, 'token'>;

/**
 * Brings the report to GitHub, as far as the token may: a fork's may only read, and a private repository may be without
 * code scanning. What can't be published is said, and changes nothing in the verdict.
 */
export async function publishToGithub(
  context: CommandContext,
  settings: CiSettings,
  outcome: CiOutcome,
  tools: PublishTools,
): Promise<void> {
  if (!settings.comment && !settings.uploadSarif) return;
  const { token } = settings;
  if (token === undefined || token === '') {
    notice(context, 'nothing is published on GitHub: there is no token');
    return;
  }
  const api = createGithubApi(context, { ...tools, token });
  if (api === undefined) {
    notice(context, 'nothing is published on GitHub: GITHUB_REPOSITORY does not name the repository');
    return;
  }
  try {
    const event = readGithubEvent(context);
    if (settings.uploadSarif) await publishFindings(context, api, event, outcome);
    if (settings.comment) await publishComment(context, api, event, settings, outcome);
  } catch (failure) {
    if (!(failure instanceof CliError)) throw failure;
    notice(context, `nothing is published on GitHub: ${failure.message}`);
  }
}

async function publishFindings(
  context: CommandContext,
  api: GithubApi,
  event: GithubEvent,
  { results }: CiOutcome,
): Promise<void> {
  const sarif = combineSarif(results);
  if (sarif === undefined) return;
  const problem = await uploadSarif(context, api, event, sarif);
  if (problem !== undefined)
    notice(context, `code scanning does not take the findings (${problem}): they are annotations only`);
}

async function publishComment(
  context: CommandContext,
  api: GithubApi,
  { pullRequest }: GithubEvent,
  { commentKey }: CiSettings,
  outcome: CiOutcome,
): Promise<void> {
  if (pullRequest === null) return;
  const result = await writeStickyComment(api, pullRequest.number, {
    text: renderSummary(outcome, MAX_COMMENT),
    key: commentKey,
    isNews: outcome.status !== EXIT.nothing,
  });
  if (result.kind === 'failed')
    notice(context, `the pull request has no comment (${result.problem}): the job's summary has the report`);
}

/** Shown beside the job's log; what GitHub answers may not speak as a command. */
function notice(context: CommandContext, text: string): void {
  const shown = escapeControls(text);
  if (context.environment.GITHUB_ACTIONS === 'true')
    context.print(`::notice title=aip ci::${escapeData(shown)}`);
  else context.warn(`aip: ${shown}`);
}
