import { combineOutcomes, type SuiteResult, type TestReport } from '@agentpolicy/test-runner';
import { type Conclusion, listResults, type WatchState } from './state.ts';

export interface Counts {
  readonly suites: number;
  readonly passed: number;
  readonly failed: number;
}

/** How many cases passed and failed at last, where a result was kept by that. */
export function countCases(state: WatchState): Counts {
  const results = listResults(state).map(({ latest, good }) => good ?? latest);
  const cases = results.flatMap((result) => result.cases);
  const failed = cases.filter(({ outcome }) => outcome === 'failed').length;
  return { suites: state.plan.length, passed: cases.length - failed, failed };
}

/** The latest results as one report. */
export function makeReport(state: WatchState): TestReport {
  const suites = listResults(state).map(({ latest }) => latest);
  return { outcome: combineOutcomes(suites), suites, notRun: [], shard: null, coverage: [] };
}

/** What failed in a suite, without what passed; null where nothing did. */
export function keepFailures(result: SuiteResult): SuiteResult | null {
  if (result.outcome !== 'failed') return null;
  return { ...result, cases: result.cases.filter(({ outcome }) => outcome === 'failed') };
}

/** One line about the last run. */
export function describeConclusion({ mode, files, took, sinceSaved, error }: Conclusion): string {
  const suites = `${files} ${files === 1 ? 'suite' : 'suites'}`;
  if (error !== null) return `the run ended: ${error}`;
  const done = {
    test: `ran ${suites}`,
    update: `wrote the snapshots of ${suites}`,
    coverage: `ran ${suites}`,
  };
  return sinceSaved === null
    ? `${done[mode]} in ${Math.round(took)} ms`
    : `${done[mode]}, ${Math.round(sinceSaved)} ms after the save`;
}
