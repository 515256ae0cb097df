import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type ConformanceReport, runConformance } from '../src/index.ts';

const PUBLIC_SUITE = '../shared/upstream/conformance';
const OWN_VECTORS = 'fixtures/conformance';

/** What failed, one line a difference, so that a failing test says it. */
function listFailures(report: ConformanceReport): string[] {
  return report.files.flatMap(({ results }) =>
    results.flatMap(({ id, outcome }) =>
      outcome.kind === 'failed'
        ? outcome.differences.map(
            ({ step, what, expected, got }) =>
              `${id}${step === null ? '' : `/${step}`} ${what}: expected ${expected}, got ${got}`,
          )
        : [],
    ),
  );
}

describe.skipIf(!existsSync(PUBLIC_SUITE))('the public suite', () => {
  it('passes for the levels basic and full: 65 of 65', () => {
    const report = runConformance([PUBLIC_SUITE], { levels: ['basic', 'full'] });
    expect(listFailures(report)).toEqual([]);
    expect(report.problems).toEqual([]);
    expect(report.levels).toEqual([
      { level: 'basic', passed: 29, failed: 0, unsupported: 0 },
      { level: 'full', passed: 36, failed: 0, unsupported: 0 },
    ]);
    expect(report.outcome).toBe('passed');
  });

  it('reports the levels that are not implemented as such, and never as passed', () => {
    const report = runConformance([PUBLIC_SUITE], { levels: ['identity', 'server'] });
    expect(report.levels).toEqual([
      { level: 'identity', passed: 0, failed: 0, unsupported: 23 },
      { level: 'server', passed: 0, failed: 0, unsupported: 24 },
    ]);
    expect(report.outcome).toBe('nothing');
  });
});

describe("the project's own vectors", () => {
  const report = runConformance([OWN_VECTORS]);

  it('can all be read', () => {
    expect(report.problems).toEqual([]);
  });

  it('all pass', () => {
    expect(listFailures(report)).toEqual([]);
    expect(report.outcome).toBe('passed');
  });

  it('are more than the public suite has, and none is left out', () => {
    const total = report.levels.reduce((sum, level) => sum + level.passed, 0);
    expect(total).toBeGreaterThan(400);
    expect(report.levels.map((level) => level.unsupported)).toEqual([0, 0, 0]);
  });

  it('have ids that are used once', () => {
    const ids = report.files.flatMap((file) => file.results.map((result) => result.id));
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });
});
