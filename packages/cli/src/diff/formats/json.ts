import type { Difference } from '@agentpolicy/analysis';
import type { Comparison } from '../comparison.ts';
import { describeDifference } from '../describe.ts';
import { writeCall } from '../replay.ts';
import { type DiffReport, findAcknowledgement } from '../report.ts';

/** The version of the report's shape, which `schema/diff-report.schema.json` describes. */
const VERSION = 1;

/** The report for programs. */
export function renderJson(report: DiffReport): string {
  const { change, stopped, comparisons, recorded, acknowledged } = report;
  const policies = comparisons.map((comparison) => toJson(report, comparison));
  const acknowledgements =
    acknowledged === null
      ? null
      : {
          file: acknowledged.file,
          open: acknowledged.open,
          unused: acknowledged.unused.map(({ entry, why }) => ({ ...entry, why })),
        };
  const written = { version: VERSION, change, stopped, policies, recorded, acknowledgements };
  return `${JSON.stringify(written, null, 2)}\n`;
}

function toJson(report: DiffReport, comparison: Comparison): unknown {
  const { kind: status, change } = comparison;
  const known = (key: Difference | Comparison): unknown => {
    const entry = findAcknowledgement(report, key);
    if (entry === undefined) return null;
    const { reason, owner, expires } = entry;
    return { reason, owner, expires };
  };
  const common = { status, change, why: null, acknowledged: known(comparison), differences: [] };
  switch (comparison.kind) {
    case 'same':
      return { ...common, old: comparison.old, new: comparison.next };
    case 'added':
      return { ...common, old: null, new: comparison.next.label };
    case 'deleted':
      return { ...common, old: comparison.old.label, new: null };
    case 'unread': {
      const { label, contents, why } = comparison;
      const [from, to] = contents.map((content) => (content === null ? null : label));
      return { ...common, why, old: from, new: to };
    }
    case 'compared':
      return {
        ...common,
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
          return {
            ...facts,
            text,
            ...request,
            acknowledged: known(one),
            places: { old: places.old, new: places.next },
          };
        }),
      };
  }
}
