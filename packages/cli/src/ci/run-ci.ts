import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { CommandContext } from '../context.ts';
import { readRange } from '../diff/git/revisions.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { describeFileProblem } from '../input/read-text.ts';
import { appendJobSummary } from '../report/outputs.ts';
import type { ComparisonBase } from './environment/comparison-base.ts';
import { detectBase } from './environment/detect-base.ts';
import { guardLog } from './github/guard-log.ts';
import { type PublishTools, publishToGithub } from './github/publish.ts';
import { combineJunit, combineSarif } from './report/combine-reports.ts';
import { type CiOutcome, renderSummary } from './report/render-summary.ts';
import type { CiSettings } from './settings.ts';
import { combineStatus, runStep, type StepName, type StepOutcome, type StepResult } from './step.ts';
import { measureBaseCoverage } from './steps/base-coverage.ts';
import { diffStep } from './steps/diff-step.ts';
import { lintStep } from './steps/lint-step.ts';
import { type Coverage, testStep } from './steps/test-step.ts';

/** What a run takes from the process around it. */
export interface CiTools extends PublishTools {
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** GitHub refuses a job summary of more than 1 MiB, of all steps of the job. */
const MAX_SUMMARY = 500_000;

/** Lints, tests and compares with the base, and brings the one report to all that were asked for. */
export async function runCiSteps(
  outer: CommandContext,
  settings: CiSettings,
  tools: CiTools,
): Promise<ExitStatus> {
  const context = guardLog(outer);
  const folder = mkdtempSync(join(tmpdir(), 'aip-ci-'));
  try {
    const outcome = await runSteps(context, settings, tools, folder);
    writeReports(context, settings, outcome);
    await publishToGithub(context, settings, outcome, tools);
    const words = outcome.results.map(({ step, status }) => `${step} ${WORDS[status]}`);
    context.print(`${context.style.bold(`aip ci: ${WORDS[outcome.status]}`)} (${words.join(', ')})`);
    return outcome.status;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The words of the last line and of the Action's output. */
const WORDS: Readonly<Record<StepResult['status'], string>> = {
  [EXIT.clean]: 'passed',
  [EXIT.findings]: 'failed',
  [EXIT.usage]: 'error',
  [EXIT.nothing]: 'nothing',
  [EXIT.internal]: 'error',
  skipped: 'skipped',
};

async function runSteps(
  context: CommandContext,
  settings: CiSettings,
  { now }: CiTools,
  folder: string,
): Promise<CiOutcome> {
  const step = (
    name: StepName,
    run: (inner: CommandContext) => Promise<StepOutcome>,
  ): Promise<StepResult> | StepResult =>
    settings.skip.includes(name)
      ? { step: name, status: 'skipped', note: null }
      : runStep(context, name, run);
  const detected = settings.skip.includes('diff') ? undefined : tryDetect(context, settings);
  const base = detected instanceof CliError ? undefined : detected;
  let coverage: Coverage | null = null;
  const lint = await step('lint', (inner) => lintStep(inner, settings.paths, base, folder));
  // Without a report, linting has found none or could not tell.
  const hasPolicies = lint.markdown !== undefined;
  const results = [
    lint,
    await step('test', async (inner) => {
      const { coverage: found, ...outcome } = await testStep(inner, { ...settings, folder });
      coverage = found;
      return outcome;
    }),
    await step('diff', (inner) => {
      if (base === undefined) throw detected;
      return diffStep(inner, base, settings, { now, hasPolicies });
    }),
  ];
  const baseCoverage =
    coverage === null ? null : await findBaseCoverage(context, base, settings.tests, folder);
  return { status: combineStatus(results), results, base, coverage, baseCoverage };
}

/** What can't be told ends the comparison, and no other step. */
function tryDetect(context: CommandContext, settings: CiSettings): ComparisonBase | CliError {
  try {
    return detectBase(context, settings);
  } catch (failure) {
    if (failure instanceof CliError) return failure;
    throw failure;
  }
}

async function findBaseCoverage(
  context: CommandContext,
  base: ComparisonBase | undefined,
  tests: readonly string[],
  folder: string,
): Promise<Coverage | null> {
  if (base?.kind !== 'range') return null;
  try {
    const { old } = readRange(context, base.operand);
    return await measureBaseCoverage(context, old.commit, tests, folder);
  } catch (failure) {
    // The comparison has told it already.
    if (failure instanceof CliError) return null;
    throw failure;
  }
}

function writeReports(context: CommandContext, settings: CiSettings, outcome: CiOutcome): void {
  const summary = renderSummary(outcome, MAX_SUMMARY);
  appendJobSummary(context, summary);
  if (settings.markdown !== undefined) writeFile(context, settings.markdown, summary);
  if (settings.junit !== undefined) writeFile(context, settings.junit, combineJunit(outcome.results));
  const sarif = combineSarif(outcome.results);
  if (settings.sarif !== undefined && sarif !== undefined) writeFile(context, settings.sarif, sarif);
  const { GITHUB_OUTPUT: output } = context.environment;
  if (output === undefined || output === '') return;
  const lines = [`result=${WORDS[outcome.status]}`];
  if (settings.sarif !== undefined && sarif !== undefined) lines.push('sarif=true');
  try {
    appendFileSync(output, lines.map((line) => `${line}\n`).join(''));
  } catch (failure) {
    context.warn(`aip: can't write GITHUB_OUTPUT: ${describeFileProblem(failure)}`);
  }
}

function writeFile({ cwd }: CommandContext, file: string, text: string): void {
  try {
    writeFileSync(resolve(cwd, file), text);
  } catch (failure) {
    throw new CliError(`can't write \`${file}\`: ${describeFileProblem(failure)}`);
  }
}
