import { resolve } from 'node:path';
import {
  countOutcomes,
  type MutationReport,
  runMutations,
  SUITE_ENDING,
  scoreMutations,
  type TestOptions,
  type TestReport,
  TestRunnerError,
  toPercent,
} from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import { findRepositoryRoot, relativeUnix } from '../files/repository.ts';
import type { TestFlags } from '../program/test.ts';
import { appendJobSummary, PLAIN, parseOutputs, writeOutputs } from '../report/outputs.ts';
import { showRun } from '../screens/test/show-run.ts';
import { escapeControls } from '../terminal/printable.ts';
import { breakCommands } from '../test-report/break-commands.ts';
import { COVERAGE_FORMATS, renderCoverage } from '../test-report/coverage/formats.ts';
import { parseBail, parseJobs, parsePercent, parseShard } from '../test-report/flags.ts';
import { renderTestReport, TEST_FORMATS, type TestRenderContext } from '../test-report/formats.ts';
import { escapeHidden } from '../test-report/json.ts';
import { mergeReports } from '../test-report/merge/merge-reports.ts';
import { renderMutations } from '../test-report/mutations.ts';
import { createMutationProgress } from '../test-run/progress.ts';
import { runTestsVisibly } from '../test-run/run-tests.ts';

/** `aip test`: replays recorded traffic and holds every decision against what is expected. */
export async function runTest(
  context: CommandContext,
  paths: readonly string[],
  flags: TestFlags,
): Promise<ExitStatus> {
  if (flags.watch === true) {
    const { watchTests } = await import('../test-watch/watch-tests.ts');
    return watchTests(context, paths, flags, { ...makeRenderContext(context), style: context.style });
  }
  if (flags.mutate === true) return testMutations(context, paths, flags);
  if (flags.mutationThreshold !== undefined) throw new CliError('`--mutation-threshold` needs `--mutate`');
  const coverage = parseOutputs(flags.coverage ?? [], { flag: '--coverage', formats: COVERAGE_FORMATS });
  const threshold =
    flags.coverageThreshold === undefined
      ? null
      : parsePercent('--coverage-threshold', flags.coverageThreshold);
  const isOnGithub = context.environment.GITHUB_ACTIONS === 'true';
  const outputs = parseOutputs(flags.format ?? [isOnGithub ? 'github' : 'pretty'], {
    flag: '--format',
    formats: TEST_FORMATS,
  });
  if (flags.merge === true)
    for (const name of ['policy', 'filter', 'bail', 'shard', 'update'] as const)
      if (flags[name] !== undefined) throw new CliError(`\`--merge\` can not be combined with \`--${name}\``);
  const wantsCoverage = coverage.length > 0 || threshold !== null;
  const report =
    flags.merge === true
      ? await mergeReports(context, paths)
      : await attempt(() =>
          showRun(context, flags.quiet === true, (settings) =>
            runTestsVisibly(
              context,
              paths,
              { ...readOptions(flags), coverage: wantsCoverage },
              {
                ...settings,
                quiet: flags.quiet === true,
                jobs: flags.jobs === undefined ? undefined : parseJobs(flags.jobs),
              },
            ),
          ),
        );
  const render = makeRenderContext(context);
  await writeOutputs(context, outputs, (format, style) =>
    renderTestReport(format, report, { ...render, style }),
  );
  if (outputs.some(({ format }) => format === 'github'))
    appendJobSummary(context, await renderTestReport('markdown', report, { ...render, style: PLAIN }));
  await writeOutputs(context, coverage, (format, style) =>
    renderCoverage(format, report.coverage, { ...render, style }),
  );
  const isCovered = threshold === null || checkCoverage(context, report, threshold);
  return verdict(context, report, paths, isCovered);
}

function readOptions(flags: TestFlags): TestOptions {
  if (flags.update === true && flags.filter !== undefined)
    throw new CliError('`--update` writes whole snapshots: it can not be combined with `--filter`');
  return {
    ...(flags.policy === undefined ? {} : { policy: flags.policy }),
    ...(flags.filter === undefined ? {} : { filter: flags.filter }),
    ...(flags.bail === undefined ? {} : { bail: parseBail(flags.bail) }),
    ...(flags.shard === undefined ? {} : { shard: parseShard(flags.shard) }),
    ...(flags.update === undefined ? {} : { update: flags.update }),
  };
}

function makeRenderContext(context: CommandContext): Omit<TestRenderContext, 'style'> {
  const root = findRepositoryRoot(context.cwd) ?? context.cwd;
  return {
    resolveFile: (file) => resolve(context.cwd, file),
    toRepositoryPath: (file) => relativeUnix(root, resolve(context.cwd, file)),
    isOnGithub: context.environment.GITHUB_ACTIONS === 'true',
  };
}

function checkCoverage(context: CommandContext, report: TestReport, threshold: number): boolean {
  const counts = countOutcomes(report.coverage.flatMap(({ items }) => items));
  const percent = toPercent(counts);
  if (report.coverage.length > 0 && percent >= threshold) return true;
  context.warn(
    `aip: the tests show ${counts.seen} of the ${counts.total} outcomes of the policies, ${percent} %; ${threshold} % are wanted`,
    '  help: see which are missing with --coverage text',
  );
  return false;
}

function verdict(
  context: CommandContext,
  report: TestReport,
  paths: readonly string[],
  isCovered: boolean,
): ExitStatus {
  switch (report.outcome) {
    case 'passed':
      return isCovered ? EXIT.clean : EXIT.findings;
    case 'failed':
      return EXIT.findings;
    case 'nothing':
      context.warn(
        `aip: nothing was compared with an expectation in ${escapeControls(paths.join(', '))}`,
        `  help: write a suite (NAME${SUITE_ENDING}), or name a trace together with --policy`,
      );
      return EXIT.nothing;
  }
}

/** `aip test --mutate`. */
async function testMutations(
  context: CommandContext,
  paths: readonly string[],
  flags: TestFlags,
): Promise<ExitStatus> {
  const threshold = parsePercent('--mutation-threshold', flags.mutationThreshold ?? '100');
  for (const name of [
    'policy',
    'filter',
    'bail',
    'shard',
    'update',
    'coverage',
    'coverageThreshold',
    'merge',
    'jobs',
  ] as const)
    if (flags[name] !== undefined) throw new CliError(`\`--mutate\` can not be combined with \`--${name}\``);
  const outputs = parseOutputs(flags.format ?? ['pretty'], {
    flag: '--format',
    formats: ['pretty', 'json'] as const,
  });
  const report = await attempt(() => tryMistakes(context, paths, flags.quiet === true));
  await writeOutputs(context, outputs, async (format, style) => {
    const text =
      format === 'json'
        ? `${escapeHidden(JSON.stringify({ version: 1, ...report, score: scoreMutations(report) }, null, 2))}\n`
        : renderMutations(report, style);
    return context.environment.GITHUB_ACTIONS === 'true' ? breakCommands(text, format) : text;
  });
  switch (report.outcome) {
    case 'failed':
      context.warn(
        'aip: the suites fail as they are, so that they can not tell a mistake',
        '  help: run: aip test',
      );
      return EXIT.findings;
    case 'nothing':
      context.warn(`aip: no suite in ${escapeControls(paths.join(', '))} has a policy that could be changed`);
      return EXIT.nothing;
    case 'done': {
      const { killed, total } = scoreMutations(report);
      return total > 0 && toPercent({ seen: killed, total }) < threshold ? EXIT.findings : EXIT.clean;
    }
  }
}

function tryMistakes(context: CommandContext, paths: readonly string[], isQuiet: boolean): MutationReport {
  if (isQuiet) return runMutations(paths);
  const progress = createMutationProgress(context.stderr, () => performance.now());
  try {
    return runMutations(paths, { onProgress: progress.onProgress });
  } finally {
    progress.end();
  }
}

/** A mistake of the user that the runner tells of ends the command. */
async function attempt<T>(run: () => T | Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (failure) {
    if (failure instanceof TestRunnerError) throw new CliError(failure.message);
    throw failure;
  }
}
