import type { SuiteResult, TestReport } from '@agentpolicy/test-runner';
import { escapeControls } from '../terminal/printable.ts';
import { renderTestReport, type TestRenderContext } from '../test-report/formats.ts';
import { listResults, type WatchState } from './state.ts';
import { keepFailures } from './summarize.ts';

/**
 * The report of a watch: what fails first and in full, what can't be read with what it was before, and a line
 * for each suite that passed.
 */
export async function drawReport(state: WatchState, context: TestRenderContext): Promise<readonly string[]> {
  const { style } = context;
  const results = listResults(state);
  const failing: string[] = [];
  for (const { latest, good } of results) {
    const failures = keepFailures(latest);
    if (failures === null) continue;
    failing.push(...(await drawSuite(failures, context)));
    if (good === null) continue;
    failing.push(style.warning(`  kept until it can be read: ${describeCounts(good)}`));
    const before = keepFailures(good);
    if (before !== null) failing.push(...(await drawSuite(before, context)));
  }
  const passed = results.flatMap(({ latest }) =>
    latest.outcome === 'passed'
      ? [style.good(`ok    ${escapeControls(latest.file)} (${describeCounts(latest)})`)]
      : [],
  );
  const empty = results.flatMap(({ latest }) =>
    latest.outcome === 'nothing'
      ? [style.dim(`-     ${escapeControls(latest.file)} (nothing to check)`)]
      : [],
  );
  return [...failing, ...passed, ...empty];
}

/** A suite as the report of a run shows it. */
async function drawSuite(suite: SuiteResult, context: TestRenderContext): Promise<readonly string[]> {
  const report: TestReport = {
    outcome: suite.outcome,
    suites: [suite],
    notRun: [],
    shard: null,
    coverage: [],
  };
  const text = await renderTestReport('pretty', report, context);
  // Behind the suite stands a line that counts.
  return text.split('\n').slice(0, -2);
}

function describeCounts({ cases }: SuiteResult): string {
  const failed = cases.filter(({ outcome }) => outcome === 'failed').length;
  const passed = `${cases.length - failed} passed`;
  return failed === 0 ? passed : `${passed}, ${failed} failed`;
}
