import type { Place, Problem } from '../problem.ts';
import type { ReplayedMessage } from '../replay/replay-trace.ts';
import { quoteVisibly, shorten } from '../report/report-line.ts';
import type { Fields } from '../yaml/fields.ts';
import { DECISIONS } from './expectation.ts';
import type { CaseResult, SnapshotChange } from './test-report.ts';

/** The decisions of an earlier day, by trace, in the order of the traces' lines. */
export interface Snapshot {
  readonly place: Place;
  readonly traces: ReadonlyMap<string, readonly string[]>;
}

/** A snapshot is for reading: past this many decisions nobody would. */
const MAX_DECISIONS = 20_000;

/** Reads the section `snapshot` of a suite; null where there is none. */
export function readSnapshot(suite: Fields, problems: Problem[]): Snapshot | null {
  const value = suite.get('snapshot');
  if (value === undefined) return null;
  if (value.kind !== 'map') {
    suite.note('snapshot', 'a map from traces to decisions, as `aip test --update` writes it');
    return null;
  }
  const traces = new Map<string, readonly string[]>();
  for (const { key, value: list } of value.entries) {
    const items = list.kind === 'list' ? list.items : [];
    const lines = items.flatMap((item) =>
      item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : [],
    );
    if (list.kind !== 'list' || lines.length !== items.length) {
      const message = `the snapshot of \`${key}\` must be a list of strings`;
      problems.push({ code: 'wrong-type', message, place: list.place });
    }
    traces.set(key, lines);
  }
  return { place: suite.placeOf('snapshot'), traces };
}

/** Decisions of a part of a suite, by trace in the order of their lines. */
export interface SnapshotPart {
  readonly traces: readonly (readonly [trace: string, decisions: readonly string[]])[];
  /** How many there were, also where not all of them are held. */
  readonly decisions: number;
}

/** Collects the decisions of today. */
export class SnapshotRun {
  private readonly traces = new Map<string, string[]>();
  private decisions = 0;

  get part(): SnapshotPart {
    return { traces: [...this.traces], decisions: this.decisions };
  }

  /** Takes what another run collected behind what this one has. */
  join({ traces, decisions }: SnapshotPart): void {
    let before = this.decisions;
    for (const [trace, lines] of traces) {
      this.traces.set(trace, lines.slice(0, Math.max(0, MAX_DECISIONS - before)));
      before += lines.length;
    }
    this.decisions += decisions;
  }

  private get held(): number {
    return [...this.traces.values()].reduce((sum, lines) => sum + lines.length, 0);
  }

  /** A trace is replayed, also one without a decision. */
  start(trace: string): void {
    this.traces.set(trace, []);
  }

  take(message: ReplayedMessage, trace: string): void {
    const { judged } = message;
    if (judged.from === 'server' || judged.subject === 'answer') return;
    if (judged.subject !== 'tool-call' && judged.decision === 'ALLOW') return;
    this.decisions++;
    if (this.decisions <= MAX_DECISIONS) this.traces.get(trace)?.push(writeDecision(message));
  }

  /** A suite without recordings has nothing to keep: its calls say themselves what is expected. */
  get isEmpty(): boolean {
    return this.traces.size === 0;
  }

  get isTooLarge(): boolean {
    return this.decisions > MAX_DECISIONS;
  }

  /** What changed since the snapshot was written. */
  compare(before: Snapshot): CaseResult {
    const names = new Set([...before.traces.keys(), ...this.traces.keys()]);
    const changes = [...names].flatMap((trace) =>
      compareLines(trace, before.traces.get(trace) ?? [], this.traces.get(trace) ?? []),
    );
    const matched = this.held;
    const changed = changes.length > 0;
    return {
      name: 'snapshot',
      place: before.place,
      outcome: changed || this.isTooLarge || matched === 0 ? 'failed' : 'passed',
      matched,
      failed: changes.length,
      failures: [],
      complaint: this.isTooLarge
        ? `a snapshot holds ${MAX_DECISIONS} decisions, the traces ${this.decisions}`
        : changed
          ? `${changes.length} of the decisions changed; if that is wanted, run with --update`
          : matched === 0
            ? 'no decision in the traces'
            : null,
      changes,
    };
  }

  /** The section as it stands in a suite. */
  write(): string {
    const lines = [
      '# Written by `aip test --update`: what is decided today. Review its changes.',
      this.isEmpty ? 'snapshot: {}' : 'snapshot:',
    ];
    for (const [trace, decisions] of this.traces) {
      lines.push(`  ${JSON.stringify(trace)}:${decisions.length === 0 ? ' []' : ''}`);
      for (const decision of decisions) lines.push(`    - ${JSON.stringify(decision)}`);
    }
    return `${lines.join('\n')}\n`;
  }
}

function writeDecision({ line, judged }: ReplayedMessage): string {
  const { subject, decision, violation, error, reason, pointer, tool, method } = judged;
  const name = subject === 'tool-call' ? (tool ?? '') : (method ?? 'message');
  const parts = [
    `${line}`,
    /^[\w./-]+$/.test(name) ? shorten(name) : quoteVisibly(shorten(name)),
    '->',
    DECISIONS[decision],
    ...(violation && decision === 'ALLOW' ? ['violation'] : []),
    ...(error === null ? [] : [`${error.code}`]),
    ...(reason.kind === 'permitted' || reason.kind === 'ask' ? [] : [reason.kind]),
    ...(pointer === null ? [] : [pointer]),
  ];
  return parts.join(' ');
}

/** Each line of a trace has one place in the snapshot, so the two are compared place by place. */
function compareLines(
  trace: string,
  before: readonly string[],
  after: readonly string[],
): readonly SnapshotChange[] {
  const wanted = groupByLine(before);
  const got = groupByLine(after);
  const numbers = [...new Set([...wanted.keys(), ...got.keys()])].sort((a, b) => a - b);
  return numbers.flatMap((line) => {
    const old = wanted.get(line) ?? [];
    const now = got.get(line) ?? [];
    const count = Math.max(old.length, now.length);
    return Array.from({ length: count }, (_, at) => ({
      trace,
      before: old[at] ?? null,
      after: now[at] ?? null,
    })).filter((change) => change.before !== change.after);
  });
}

function groupByLine(decisions: readonly string[]): ReadonlyMap<number, string[]> {
  const found = new Map<number, string[]>();
  for (const decision of decisions) {
    const line = Number.parseInt(decision, 10) || 0;
    const group = found.get(line) ?? [];
    group.push(decision);
    found.set(line, group);
  }
  return found;
}
