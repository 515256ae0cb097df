import { countsAsWidening } from '@agentpolicy/analysis';
import type { Range } from '@agentpolicy/core';
import type { Comparison } from '../comparison.ts';
import { describeDifference } from '../describe.ts';
import { writeCall } from '../replay.ts';
import { type DiffReport, findAnchor, toRange } from '../report.ts';

/** One remark at a line of a file. */
export interface Annotation {
  /** The rule of the remark, for example `aip-diff/widened-calls`. */
  readonly rule: string;
  readonly level: 'error' | 'note';
  /** Null where the file is not in the working tree. */
  readonly file: string | null;
  readonly range: Range;
  readonly text: string;
}

const START: Range = { start: { line: 1, column: 1, offset: 0 }, end: { line: 1, column: 1, offset: 0 } };

/** What is to be shown beside the lines of the policies: wider is an error, narrower a note. */
export function listAnnotations({ comparisons }: DiffReport): readonly Annotation[] {
  return comparisons.flatMap(annotate);
}

function annotate(comparison: Comparison): Annotation[] {
  switch (comparison.kind) {
    case 'same':
      return [];
    case 'added': {
      const text = 'the policy is new: there is nothing to compare it with, so all that it allows is new';
      const { file } = comparison.next;
      return [{ rule: 'added-policy', level: 'error', file, range: START, text }];
    }
    case 'deleted': {
      const text = `the policy ${comparison.old.label} is deleted: what it held back is held back no more`;
      return [{ rule: 'deleted-policy', level: 'error', file: null, range: START, text }];
    }
    case 'compared':
      return comparison.differences.map((one): Annotation => {
        const { policy, place } = findAnchor(comparison.old, comparison.next, one);
        const { change, kind, subject, detail, note } = describeDifference(one);
        const lines = [`${change}: ${subject}: ${detail}${note === null ? '' : ` (${note})`}`];
        if (one.kind === 'calls' && one.witness !== null) lines.push(writeCall(one.witness));
        return {
          rule: `${change}-${kind}`,
          level: countsAsWidening(change) ? 'error' : 'note',
          file: policy.file,
          range: (place === undefined ? null : toRange(place)) ?? START,
          text: lines.join('\n'),
        };
      });
  }
}
