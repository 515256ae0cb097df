import type { Comparison } from '../comparison.ts';
import { describeDifference } from '../describe.ts';
import { writeCall } from '../replay.ts';
import type { DiffReport } from '../report.ts';

/** The report for programs. `version` counts up where a field changes its meaning. */
export function renderJson({ change, stopped, comparisons, recorded }: DiffReport): string {
  const report = { version: 1, change, stopped, policies: comparisons.map(toJson), recorded };
  return `${JSON.stringify(report, null, 2)}\n`;
}

function toJson(comparison: Comparison): unknown {
  const { kind: status, change } = comparison;
  switch (comparison.kind) {
    case 'same':
      return { status, change, old: comparison.old, new: comparison.next, differences: [] };
    case 'added':
      return { status, change, old: null, new: comparison.next.label, differences: [] };
    case 'deleted':
      return { status, change, old: comparison.old.label, new: null, differences: [] };
    case 'compared':
      return {
        status,
        change,
        old: comparison.old.label,
        new: comparison.next.label,
        differences: comparison.differences.map((one) => {
          const { places, ...facts } = one;
          const request =
            one.kind === 'calls' && one.witness !== null
              ? { request: JSON.parse(writeCall(one.witness)) }
              : {};
          const { subject, detail } = describeDifference(one);
          const text = `${subject}: ${detail}`;
          return { ...facts, text, ...request, places: { old: places.old, new: places.next } };
        }),
      };
  }
}
