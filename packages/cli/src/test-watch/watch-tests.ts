import { TestRunnerError } from '@agentpolicy/test-runner';
import type { CommandContext } from '../context.ts';
import { CliError, EXIT, type ExitStatus } from '../exit-status.ts';
import type { TestFlags } from '../program/test.ts';
import { canShowScreen } from '../screens/terminal/can-show-screen.ts';
import { parseJobs } from '../test-report/flags.ts';
import { renderTestReport, type TestRenderContext } from '../test-report/formats.ts';
import { printWatch } from './print-watch.ts';
import { makeReport } from './summarize.ts';
import { WatchSession } from './watch-session.ts';

/** What makes no sense for runs that repeat; the keys do what some of them are for. */
const OTHERS = [
  'bail',
  'coverage',
  'coverageThreshold',
  'format',
  'merge',
  'mutate',
  'mutationThreshold',
  'shard',
  'update',
] as const;

/**
 * `aip test --watch`: runs the tests that a saved file touches, until somebody quits. Gives the status of the
 * last results.
 */
export async function watchTests(
  context: CommandContext,
  paths: readonly string[],
  flags: TestFlags,
  render: TestRenderContext,
): Promise<ExitStatus> {
  for (const name of OTHERS)
    if (flags[name] !== undefined)
      throw new CliError(
        `\`--watch\` can not be combined with \`--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\``,
      );
  const { columns, rows } = context.stdout;
  const session = startSession(context, {
    paths,
    policy: flags.policy,
    filter: flags.filter ?? [],
    jobs: flags.jobs === undefined ? undefined : parseJobs(flags.jobs),
    size: { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 },
    render,
  });
  if (!canShowScreen(context)) {
    await printWatch(context, session);
    return EXIT.clean;
  }
  const { endBySignal } = await import('../screens/terminal/open-screen.ts');
  const { watchOnScreen } = await import('../screens/test/watch-on-screen.ts');
  const signal = await watchOnScreen(session, { terminal: context, style: context.style });
  const report = makeReport(session.store.read());
  context.write(await renderTestReport('pretty', report, render));
  if (signal !== null) await endBySignal(signal);
  return { passed: EXIT.clean, failed: EXIT.findings, nothing: EXIT.nothing }[report.outcome];
}

function startSession(...args: ConstructorParameters<typeof WatchSession>): WatchSession {
  try {
    return new WatchSession(...args);
  } catch (failure) {
    if (failure instanceof TestRunnerError) throw new CliError(failure.message);
    throw failure;
  }
}
