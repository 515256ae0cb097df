import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readActionInputs, readFlags } from '../ci/read-settings.ts';
import { type CiTools, runCiSteps } from '../ci/run-ci.ts';
import type { CommandContext } from '../context.ts';
import type { ExitStatus } from '../exit-status.ts';
import type { CiFlags } from '../program/ci.ts';

/** Ends at the signal, which is no failure. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/** `aip ci`: lint, test and compare with the base, with one report and one result. */
export async function runCi(
  context: CommandContext,
  paths: readonly string[],
  flags: CiFlags,
): Promise<ExitStatus> {
  const tools: CiTools = { now: Date.now(), fetch, sleep: wait };
  if (flags.action !== true) return runCiSteps(context, readFlags(context, paths, flags), tools);
  const folder = context.environment['INPUT_WORKING-DIRECTORY'] ?? '';
  const cwd = resolve(context.cwd, folder);
  // The tests' runner reads paths from the process' own folder.
  process.chdir(cwd);
  return runCiSteps({ ...context, cwd }, readActionInputs(context), tools);
}
