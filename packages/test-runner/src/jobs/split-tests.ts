import type { PlannedTest, PlannedTrace } from '../suite/plan-tests.ts';
import type { PartOptions } from '../suite/run-part.ts';

/** Parts are no smaller than this, in bytes of their traces: each of them reads the policy anew. */
const SMALLEST_PART = 4 * 1024 * 1024;

/** A long test is cut into so many parts for each worker, so that none is left with a long one at the end. */
const PARTS_OF_A_WORKER = 4;

/** A part of the test at this place of the plan. */
export interface TestPart extends Pick<PartOptions, 'traces' | 'withCalls'> {
  readonly test: number;
  readonly bytes: number;
}

/** Cuts tests into parts that can run at the same time, between the traces; in the order of the plan. */
export function splitTests(plan: readonly PlannedTest[], workers: number): readonly TestPart[] {
  const total = plan.reduce((sum, test) => sum + test.bytes, 0);
  const size = Math.max(SMALLEST_PART, total / (workers * PARTS_OF_A_WORKER));
  return plan.flatMap((test, at) =>
    test.suite === null
      ? []
      : groupTraces(test.traces, size).map((traces, index) => ({
          test: at,
          traces: traces.map(({ file }) => file),
          withCalls: index === 0,
          bytes: traces.reduce((sum, { bytes }) => sum + bytes, 0),
        })),
  );
}

/** Groups neighbours up to a size; there is always one group. */
function groupTraces(traces: readonly PlannedTrace[], size: number): readonly (readonly PlannedTrace[])[] {
  const groups: PlannedTrace[][] = [[]];
  let bytes = 0;
  for (const trace of traces) {
    if (bytes > 0 && bytes + trace.bytes > size) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(trace);
    bytes += trace.bytes;
  }
  return groups;
}
