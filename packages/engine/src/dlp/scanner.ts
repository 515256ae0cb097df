import type { TableDlp, TextEdit } from '@agentpolicy/core';
import type { DlpEvent, Scanner } from '../types.ts';
import { redactMessage } from './message-scan.ts';
import { createScanBudget, type ScanBudget } from './scan-budget.ts';
import { createTextRedactor, type ScannerPattern, type TextRedactor } from './text-redactor.ts';

/** A redacted message may become so many times as long as it was, or this long, before matches are replaced by whole strings. */
const GROWTH = 16;
const GROWTH_FLOOR = 1 << 20;

/** What of a policy's data loss prevention decides how a text is scanned. */
export type ScannerSettings = Pick<TableDlp, 'detectEncoding' | 'maxScanSize'>;

/**
 * Makes a scanner of the patterns that apply, in the policy's order (v1alpha2 §3.6). Its time is linear in what
 * it scans. A `maxScanSize` counts the UTF-8 bytes of the scanned strings and keys of one message, or of one text.
 * @throws EngineError `bad-program` where a pattern's program is not for spans.
 */
export function createScanner(settings: ScannerSettings, patterns: readonly ScannerPattern[]): Scanner {
  const redactor = createTextRedactor(patterns, settings.detectEncoding);
  return {
    scanText(text) {
      const budget = createScanBudget(settings.maxScanSize);
      const counts = patterns.map(() => 0);
      const redacted = redactWithin(redactor, budget, text, counts, true);
      return { text: redacted ?? text, events: listEvents(patterns, counts), truncated: budget.truncated };
    },

    scanMessage(message, source) {
      const budget = createScanBudget(settings.maxScanSize);
      const counts = patterns.map(() => 0);
      const limit = Math.max(GROWTH_FLOOR, source.length * GROWTH);
      const { edits, problem } = redactMessage(message, (text, grown) =>
        redactWithin(redactor, budget, text, counts, grown < limit),
      );
      const { truncated } = budget;
      const events = listEvents(patterns, counts);
      if (problem !== null) return { kind: 'refused', problem, events, truncated };
      if (edits.length === 0) return { kind: 'clean', events: [], truncated };
      return { kind: 'redacted', text: splice(source, edits), events, truncated };
    },
  };
}

/** Redacts what of the text the budget allows to scan; null where nothing matches. */
function redactWithin(
  redactor: TextRedactor,
  budget: ScanBudget,
  text: string,
  counts: number[],
  mayGrow: boolean,
): string | null {
  const length = budget.take(text);
  if (length === text.length) return redactor.redact(text, counts, mayGrow);
  if (length === 0) return null;
  const redacted = redactor.redact(text.slice(0, length), counts, mayGrow);
  return redacted === null ? null : redacted + text.slice(length);
}

function listEvents(patterns: readonly ScannerPattern[], counts: readonly number[]): readonly DlpEvent[] {
  return patterns.flatMap(({ name }, index) => {
    const count = counts[index] ?? 0;
    return count === 0 ? [] : [{ rule: name, count }];
  });
}

/** Puts new text in the place of stretches that come in order and don't overlap. */
function splice(source: string, edits: readonly TextEdit[]): string {
  let out = '';
  let last = 0;
  for (const { start, end, newText } of edits) {
    out += source.slice(last, start) + newText;
    last = end;
  }
  return out + source.slice(last);
}
