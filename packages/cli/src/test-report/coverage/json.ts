import { countOutcomes, type PolicyCoverage, toPercent } from '@agentpolicy/test-runner';

/** What was seen of each policy, for a program. */
export function renderCoverageJson(coverage: readonly PolicyCoverage[]): string {
  const describe = (items: PolicyCoverage['items']): object => {
    const counts = countOutcomes(items);
    return { ...counts, percent: toPercent(counts) };
  };
  const report = {
    version: 1,
    summary: describe(coverage.flatMap(({ items }) => items)),
    policies: coverage.map(({ policy, items }) => ({ policy, summary: describe(items), items })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
