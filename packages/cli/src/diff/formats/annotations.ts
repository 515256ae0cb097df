import { countsAsWidening, type Difference } from '@agentpolicy/analysis';
import type { Range } from '@agentpolicy/core';
import type { Comparison } from '../comparison.ts';
import { describeDifference } from '../describe.ts';
import { writeCall } from '../replay.ts';
import {
  type DiffReport,
  describeAcknowledgement,
  findAcknowledgement,
  findAnchor,
  toFileRange,
} from '../report.ts';

/** One remark at a line of a file. */
export interface Annotation {
  /** The rule of the remark, for example `aip-diff/widened-calls`. */
  readonly rule: string;
  readonly level: 'error' | 'note';
  /** Null where the file is not in the working tree. */
  readonly file: string | null;
  readonly range: Range;
  readonly text: string;
  /** Who intends the change, and why; null where nobody said so. */
  readonly acknowledged: string | null;
}

const START: Range = { start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } };

/** What is to be shown beside the lines of the policies: wider is an error, narrower a note. */
export function listAnnotations(report: DiffReport): readonly Annotation[] {
  return report.comparisons.flatMap((comparison) =>
    annotate(comparison).map(({ key, ...annotation }): Annotation => {
      const known = findAcknowledgement(report, key);
      if (known === undefined) return { ...annotation, acknowledged: null };
      const acknowledged = describeAcknowledgement(known);
      return { ...annotation, level: 'note', acknowledged, text: `${annotation.text}\n${acknowledged}` };
    }),
  );
}

/** An annotation, and what it is about. */
interface Remark extends Omit<Annotation, 'acknowledged'> {
  readonly key: Comparison | Difference;
}

function annotate(comparison: Comparison): Remark[] {
  const key = comparison;
  switch (comparison.kind) {
    case 'same':
      return [];
    case 'added': {
      const text = 'the policy is new: there is nothing to compare it with, so all that it allows is new';
      const { file } = comparison.next;
      return [{ key, rule: 'added-policy', level: 'error', file, range: START, text }];
    }
    case 'deleted': {
      const text = `the policy ${comparison.old.label} is deleted: what it held back is held back no more`;
      return [{ key, rule: 'deleted-policy', level: 'error', file: null, range: START, text }];
    }
    case 'unread': {
      const text = `${comparison.label} changed and is not compared: ${comparison.why}`;
      return [{ key, rule: 'unread-policy', level: 'error', file: comparison.file, range: START, text }];
    }
    case 'compared':
      return comparison.differences.map((one): Remark => {
        const { policy, place } = findAnchor(comparison.old, comparison.next, one);
        const { change, kind, subject, detail, note } = describeDifference(one);
        const lines = [`${change}: ${subject}: ${detail}${note === null ? '' : ` (${note})`}`];
        if (one.kind === 'calls' && one.witness !== null) lines.push(writeCall(one.witness));
        return {
          key: one,
          rule: `${change}-${kind}`,
          level: countsAsWidening(change) ? 'error' : 'note',
          file: policy.file,
          range: (place === undefined ? null : toFileRange(policy, place)) ?? START,
          text: lines.join('\n'),
        };
      });
  }
}
