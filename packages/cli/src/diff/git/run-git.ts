import { spawnSync } from 'node:child_process';
import { CliError } from '../../exit-status.ts';

/** In bytes; a single answer of git's is far below this. */
const MAX_OUTPUT = 512 * 1024 * 1024;

export interface GitOutput {
  readonly ok: boolean;
  readonly bytes: Buffer;
  /** What git said about a failure, in one line. */
  readonly problem: string;
}

export interface GitInput {
  /** For its standard input. */
  readonly input?: string;
  /** Variables beside those of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * Runs git without a shell. Replaced objects count as what they replace: a comparison shows what others will get.
 * @throws CliError where there is no git.
 */
export function runGit(
  folder: string,
  args: readonly string[],
  { input, environment }: GitInput = {},
): GitOutput {
  const run = spawnSync('git', ['--literal-pathspecs', '--no-replace-objects', ...args], {
    cwd: folder,
    maxBuffer: MAX_OUTPUT,
    ...(input === undefined ? {} : { input }),
    ...(environment === undefined ? {} : { env: { ...process.env, ...environment } }),
  });
  if (run.error !== undefined && 'code' in run.error && run.error.code === 'ENOBUFS')
    throw new CliError('a file of the revision is larger than 512 MiB', 'name the paths of the policies');
  if (run.error !== undefined)
    throw new CliError(`can't run git: ${run.error.message}`, 'comparing revisions needs git in PATH');
  const problem = run.stderr.toString('utf8').trim().split('\n')[0] ?? '';
  return { ok: run.status === 0, bytes: run.stdout, problem };
}
