import type { DecisionTable, TableDlp } from '@agentpolicy/core';
import { AnalysisError } from '../analysis-error.ts';
import type { LanguageStore } from '../languages/language-store.ts';
import type { Change } from './change.ts';
import { compareAmounts } from './diff-limits.ts';
import { diffPatternLists, type PatternFinding, type RedactionPattern } from './diff-patterns.ts';
import type { ComparedTable } from './diff-tools.ts';
import type { DlpChannel, DlpPatternDifference, DlpSettingDifference } from './difference.ts';
import { NO_PLACES } from './places.ts';

/** What is redacted no more, or newly, and the settings that decide where and what then. */
export function diffDlp(
  store: LanguageStore,
  old: ComparedTable,
  next: ComparedTable,
): readonly (DlpSettingDifference | DlpPatternDifference)[] {
  const before = old.judged.table.dlp;
  const after = next.judged.table.dlp;
  if (before === null || after === null) {
    if (before === after) return [];
    const change = after === null ? 'widened' : 'narrowed';
    return [
      {
        kind: 'dlp-setting',
        setting: 'dlp',
        change,
        from: before === null ? 'off' : 'on',
        to: after === null ? 'off' : 'on',
        places: NO_PLACES,
      },
    ];
  }
  return [...diffSettings(before, after), ...diffChannels(store, old, next, before, after)];
}

/** From the most open to the strictest; entries of one rank both forward nothing. */
const REQUEST_MATCH_RANK = { warn: 0, redact: 1, block: 2 } as const;
const FAILURE_RANK = { allow_original: 0, block: 1, reject: 1 } as const;

function diffSettings(old: TableDlp, next: TableDlp): readonly DlpSettingDifference[] {
  const found: DlpSettingDifference[] = [];
  const note = (setting: string, from: unknown, to: unknown, change: Change): void => {
    if (change === 'unchanged') return;
    found.push({
      kind: 'dlp-setting',
      setting,
      change,
      from: String(from ?? 'unlimited'),
      to: String(to ?? 'unlimited'),
      places: NO_PLACES,
    });
  };
  const check = (setting: string, from: boolean, to: boolean): void =>
    note(setting, from, to, compareAmounts(Number(to), Number(from)));
  check('scan_requests', old.scanRequests, next.scanRequests);
  check('scan_responses', old.scanResponses, next.scanResponses);
  check('detect_encoding', old.detectEncoding, next.detectEncoding);
  check('filter_stderr', old.filterStderr, next.filterStderr);
  const size = (limit: number | null): number => limit ?? Number.POSITIVE_INFINITY;
  note(
    'max_scan_size',
    old.maxScanSize,
    next.maxScanSize,
    compareAmounts(size(next.maxScanSize), size(old.maxScanSize)),
  );
  // What follows a match in a request matters only where requests are scanned.
  if (!old.scanRequests || !next.scanRequests) return found;
  note(
    'on_request_match',
    old.onRequestMatch,
    next.onRequestMatch,
    compareAmounts(REQUEST_MATCH_RANK[next.onRequestMatch], REQUEST_MATCH_RANK[old.onRequestMatch]),
  );
  const failure = compareAmounts(FAILURE_RANK[next.onRedactionFailure], FAILURE_RANK[old.onRedactionFailure]);
  const isOther = failure === 'unchanged' && old.onRedactionFailure !== next.onRedactionFailure;
  note('on_redaction_failure', old.onRedactionFailure, next.onRedactionFailure, isOther ? 'moved' : failure);
  note(
    'log_original_on_failure',
    old.logOriginalOnFailure,
    next.logOriginalOnFailure,
    compareAmounts(Number(old.logOriginalOnFailure), Number(next.logOriginalOnFailure)),
  );
  return found;
}

const CHANNELS = ['responses', 'requests', 'logs'] as const;

/**
 * Compares the patterns of each channel that both policies scan; a difference in several is reported once.
 */
function diffChannels(
  store: LanguageStore,
  old: ComparedTable,
  next: ComparedTable,
  before: TableDlp,
  after: TableDlp,
): readonly DlpPatternDifference[] {
  const byText = new Map<string, { readonly finding: PatternFinding; readonly channels: DlpChannel[] }>();
  for (const channel of CHANNELS) {
    if (!isScanned(before, channel) || !isScanned(after, channel)) continue;
    const findings = diffPatternLists(
      store,
      listPatterns(old.judged.table, before, channel),
      listPatterns(next.judged.table, after, channel),
    );
    for (const finding of findings) {
      const key = JSON.stringify(finding);
      const known = byText.get(key) ?? { finding, channels: [] };
      known.channels.push(channel);
      byText.set(key, known);
    }
  }
  return [...byText.values()].map(({ finding, channels }): DlpPatternDifference => {
    const { name, change, example, why, oldIndex, nextIndex } = finding;
    const point = ({ find }: ComparedTable, index: number | null) =>
      index === null ? [] : [find(`/spec/dlp/patterns/${index}`)];
    const places = { old: point(old, oldIndex), next: point(next, nextIndex) };
    return { kind: 'dlp-pattern', pattern: name, change, channels, example, why, places };
  });
}

function isScanned(dlp: TableDlp, channel: DlpChannel): boolean {
  switch (channel) {
    case 'responses':
      return dlp.scanResponses;
    case 'requests':
      return dlp.scanRequests;
    case 'logs':
      return true;
  }
}

function listPatterns(table: DecisionTable, dlp: TableDlp, channel: DlpChannel): readonly RedactionPattern[] {
  const scope = channel === 'logs' ? null : channel === 'requests' ? 'request' : 'response';
  return dlp.patterns.flatMap(({ name, pattern, scope: own }, index) => {
    const known = table.patterns[pattern];
    const applies = scope === null || own === 'all' || own === scope;
    if (!applies) return [];
    const program = known === undefined ? undefined : table.programs[known.program];
    if (known === undefined || program === undefined) {
      throw new AnalysisError(
        'bad-table',
        `the decision table has no program for the DLP pattern \`${name}\``,
      );
    }
    return [{ name, index, source: known.source, program: JSON.stringify(program) }];
  });
}
