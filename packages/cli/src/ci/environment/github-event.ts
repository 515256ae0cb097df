import type { CommandContext } from '../../context.ts';
import { CliError } from '../../exit-status.ts';
import { MAX_GENERATED, readRegularText } from '../../files/read-regular-file.ts';

/** What is known of the event that a workflow runs for. */
export interface GithubEvent {
  /** For example `pull_request`. */
  readonly name: string;
  /** Null where the event is about none. */
  readonly pullRequest: {
    readonly number: number;
    readonly base: string;
    readonly head: string;
  } | null;
  /** Commits of a push, of a merge queue's group; empty where there is none. */
  readonly before: string;
  readonly mergeGroupBase: string;
  readonly isDeletion: boolean;
  readonly defaultBranch: string;
}

/**
 * Reads GITHUB_EVENT_PATH.
 * @throws CliError where there is none, or it is not what GitHub writes
 */
export function readGithubEvent({ environment }: CommandContext): GithubEvent {
  const path = environment.GITHUB_EVENT_PATH;
  if (path === undefined || path === '')
    throw new CliError('GITHUB_ACTIONS is set, and GITHUB_EVENT_PATH is not', 'give --base REVISION');
  const event = parseEvent(path);
  const request = member(event, 'pull_request');
  const number = member(request, 'number');
  const sides = [text(member(member(request, 'base'), 'sha')), text(member(member(request, 'head'), 'sha'))];
  const [base = '', head = ''] = sides;
  if (request !== undefined && (typeof number !== 'number' || !isCommit(base) || !isCommit(head)))
    throw new CliError(`\`${path}\` has a pull request without a number or without commits`);
  return {
    name: environment.GITHUB_EVENT_NAME ?? '',
    pullRequest: typeof number === 'number' && request !== undefined ? { number, base, head } : null,
    before: text(member(event, 'before')),
    mergeGroupBase: text(member(member(event, 'merge_group'), 'base_sha')),
    isDeletion: member(event, 'deleted') === true,
    defaultBranch: text(member(member(event, 'repository'), 'default_branch')),
  };
}

function parseEvent(path: string): unknown {
  const content = readRegularText(path, MAX_GENERATED, { what: `GITHUB_EVENT_PATH \`${path}\`` });
  try {
    return JSON.parse(content);
  } catch {
    throw new CliError(`GITHUB_EVENT_PATH \`${path}\` is no JSON`);
  }
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name) ?? undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Nothing else reaches git's command line. */
export function isCommit(name: string): boolean {
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(name);
}
