import type { TraceRow } from './trace-rows.ts';

/** What traces hold, counted. */
export interface TraceStats {
  readonly lines: number;
  readonly sessions: number;
  /** ISO 8601; null where no line has a time. */
  readonly first: string | null;
  readonly last: string | null;
  readonly client: number;
  readonly server: number;
  readonly stderr: number;
  /** Messages that a proxy refuses, whatever the policy. */
  readonly invalid: number;
  /** Lines that are none of a trace. */
  readonly damaged: number;
  /** Lines whose replay may be decided otherwise. */
  readonly inexact: number;
  /** Requests and notifications of either side, by method; most frequent first, as all lists. */
  readonly methods: readonly Counted[];
  readonly tools: readonly ToolCount[];
  readonly redacted: readonly Counted[];
}

interface Counted {
  readonly name: string;
  readonly count: number;
}

interface ToolCount extends Counted {
  /** Calls whose answer is an error. */
  readonly failed: number;
}

/** Counts rows of one trace or of many. */
export function countRows(rows: Iterable<TraceRow>): TraceStats {
  const counts = { lines: 0, client: 0, server: 0, stderr: 0, invalid: 0, damaged: 0, inexact: 0 };
  const [methods, calls, failed, redacted] = [tally(), tally(), tally(), tally()];
  const sessions = new Set<string>();
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let line = 0;
  for (const row of rows) {
    if (row.line !== line) counts.lines++;
    line = row.line;
    if (row.kind === 'damaged') {
      counts.damaged++;
      continue;
    }
    sessions.add(row.session);
    if (row.time !== null) [first, last] = [Math.min(first, row.time), Math.max(last, row.time)];
    if (row.inexact !== null) counts.inexact++;
    for (const [name, count] of row.redacted) redacted.add(name, count);
    if (row.kind === 'stderr') counts.stderr++;
    if (row.kind === 'stderr' || row.kind === 'transport' || row.from === null) continue;
    counts[row.from]++;
    if (row.kind === 'invalid') counts.invalid++;
    else if (row.kind === 'response') {
      if (row.tool !== null && row.failed) failed.add(row.tool, 1);
    } else {
      methods.add(row.method ?? '', 1);
      if (row.tool !== null) calls.add(row.tool, 1);
    }
  }
  const hasTime = first <= last;
  return {
    ...counts,
    sessions: sessions.size,
    first: hasTime ? new Date(first).toISOString() : null,
    last: hasTime ? new Date(last).toISOString() : null,
    methods: methods.list(),
    tools: calls.list().map((each) => ({ ...each, failed: failed.get(each.name) })),
    redacted: redacted.list(),
  };
}

function tally() {
  const counts = new Map<string, number>();
  return {
    add: (name: string, count: number) => void counts.set(name, (counts.get(name) ?? 0) + count),
    get: (name: string) => counts.get(name) ?? 0,
    list: (): readonly Counted[] =>
      [...counts]
        .map(([name, count]) => ({ name, count }))
        .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
  };
}
