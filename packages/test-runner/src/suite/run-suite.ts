import { createEngine, EngineError } from '@agentpolicy/engine';
import { readMessage } from '@agentpolicy/message';
import { TestRunnerError } from '../errors/test-runner-error.ts';
import { findFiles } from '../files/find-files.ts';
import { createConnection } from '../judge/connection.ts';
import type { Judged } from '../judge/judgement.ts';
import { shareEngine } from '../judge/share-engine.ts';
import { createApprover } from '../judge/simulate-approval.ts';
import { type ReadyPolicy, readPolicyFile } from '../policy/read-policy-file.ts';
import type { Place, Problem } from '../problem.ts';
import { type ReplayCounts, type ReplayedMessage, replayTrace } from '../replay/replay-trace.ts';
import { createVirtualClock } from '../time/virtual-clock.ts';
import { readTraceFile } from '../trace/read-trace-file.ts';
import { toYamlValue } from '../yaml/from-json.ts';
import { matchesCall } from './call-matcher.ts';
import { CaseRun } from './case-run.ts';
import { readExpectation } from './expectation.ts';
import type { InlineCalls } from './inline-calls.ts';
import { NearRules } from './nearest-rule.ts';
import { relativeTo, resolvePath, type Suite, type SuiteCase } from './read-suite.ts';
import { SnapshotRun } from './snapshot.ts';
import type { CaseResult, SuiteResult } from './test-report.ts';

/** As many problems of one suite are kept. */
const MAX_PROBLEMS = 100;

/** The endings of trace files in a folder. */
const TRACE_ENDINGS = ['.jsonl'];

/** How a suite is run. */
export interface SuiteOptions {
  /** Only cases whose name holds one of these texts; all where there are none. */
  readonly filter: readonly string[];
  /** Takes the section `snapshot` with today's decisions, instead of comparing them with the suite's. */
  readonly onSnapshot: ((section: string) => void) | null;
  /** Takes what becomes of every message, and the policy that decided. */
  readonly onJudged: ((judged: Judged, policy: ReadyPolicy) => void) | null;
  /** Decides instead of the policy that the suite names. */
  readonly policy: ReadyPolicy | null;
}

/** Replays a suite's traces through its policy and compares. Mistakes in its files are problems. */
export function runSuite(suite: Suite, options: SuiteOptions): SuiteResult {
  const policyFile = resolvePath(suite, suite.policy.path);
  const reading =
    options.policy === null
      ? readPolicyFile(policyFile, suite.policy.place)
      : { ok: true as const, policy: options.policy };
  if (!reading.ok) return failedSuite(suite, policyFile, reading.problems);
  try {
    // Tells a policy that can't be enforced before any trace is opened.
    makeEngine(suite, reading.policy, () => 0);
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    return failedSuite(suite, policyFile, [
      { code: cause.code, message: cause.message, place: suite.policy.place },
    ]);
  }
  return new SuiteRun(suite, reading.policy, options).run();
}

function failedSuite(suite: Suite, policy: string, problems: readonly Problem[]): SuiteResult {
  return { file: suite.file, policy, outcome: 'failed', cases: [], traces: [], problems };
}

function makeEngine(suite: Suite, { table }: ReadyPolicy, clock: () => number) {
  const { home, cwd, foldCase, ownFiles } = suite.environment;
  return createEngine(table, { clock, home, cwd, foldCase, ownFiles });
}

/** A call whose answer has to be seen. */
interface Waiting {
  readonly run: CaseRun;
  readonly message: ReplayedMessage;
  readonly trace: string;
}

class SuiteRun {
  private readonly suite: Suite;
  private readonly policy: ReadyPolicy;
  private readonly problems: Problem[] = [];
  private readonly cases: readonly { readonly definition: SuiteCase; readonly run: CaseRun }[];
  private readonly fallback: CaseRun | null;
  private readonly inline: CaseResult[] = [];
  private readonly traces: ({ readonly file: string } & ReplayCounts)[] = [];
  private readonly options: SuiteOptions;
  private readonly rules: NearRules;
  private readonly snapshot: SnapshotRun | null;
  private waiting = new Map<string, Waiting[]>();

  constructor(suite: Suite, policy: ReadyPolicy, options: SuiteOptions) {
    this.suite = suite;
    this.policy = policy;
    this.options = options;
    this.rules = new NearRules((clock) => makeEngine(suite, policy, clock));
    this.cases = suite.cases.map((definition) => {
      const { name, place, expect } = definition;
      return { definition, run: new CaseRun(name, place, expect, policy, this.rules) };
    });
    const { fallback } = suite;
    this.fallback =
      fallback === null ? null : new CaseRun('default', fallback.place, fallback.expect, policy, this.rules);
    const isCompared = suite.snapshot !== null && this.isWanted('snapshot');
    this.snapshot = isCompared || options.onSnapshot !== null ? new SnapshotRun() : null;
  }

  run(): SuiteResult {
    for (const trace of this.findTraces()) this.replay(trace);
    const cases = this.cases
      .filter(({ definition }) => this.isWanted(definition.name))
      .map(({ definition, run }) => run.finish(definition.count));
    // Nobody says that there are calls beside those of the cases.
    const fallback = this.isWanted('default') ? this.fallback?.finish(null) : undefined;
    if (fallback !== undefined && fallback.matched > 0) cases.push(fallback);
    for (const calls of this.suite.calls) if (this.isWanted(calls.name)) cases.push(this.runCalls(calls));
    cases.push(...this.inline.filter(({ name }) => this.isWanted(name)));
    const compared = this.finishSnapshot();
    if (compared !== null) cases.push(compared);
    const failed = this.problems.length > 0 || cases.some((each) => each.outcome === 'failed');
    const { file } = this.suite;
    const isEmpty =
      cases.length === 0 ||
      (this.suite.calls.length === 0 && this.traces.every((trace) => trace.messages === 0));
    const outcome = failed ? 'failed' : isEmpty ? 'nothing' : 'passed';
    return { file, policy: this.policy.file, outcome, cases, traces: this.traces, problems: this.problems };
  }

  private isWanted(name: string): boolean {
    const { filter } = this.options;
    return filter.length === 0 || filter.some((text) => name.includes(text));
  }

  /** Compares with the snapshot, or hands today's decisions over. */
  private finishSnapshot(): CaseResult | null {
    const { snapshot, suite, options } = this;
    if (snapshot === null) return null;
    if (options.onSnapshot === null) return suite.snapshot === null ? null : snapshot.compare(suite.snapshot);
    if (snapshot.isTooLarge) {
      const message = 'the traces hold more decisions than a snapshot may: use cases and a default instead';
      this.note({ code: 'too-large', message, place: suite.policy.place });
    } else if (this.problems.length === 0 && !snapshot.isEmpty) options.onSnapshot(snapshot.write());
    return null;
  }

  /** Each call is the first one of a session of its own. */
  private runCalls({ name, place, calls }: InlineCalls): CaseResult {
    const { suite, policy } = this;
    const run = new CaseRun(name, place, { decision: 'allow' }, policy, this.rules);
    const approver = createApprover(suite.approvals);
    const startEngine = shareEngine((clock) => makeEngine(suite, policy, clock));
    for (const call of calls) {
      const clock = createVirtualClock();
      const connection = createConnection({ engine: startEngine(clock.now), approver, clock });
      for (const judged of connection.receive(readMessage(call.text, 'client'))) {
        this.options.onJudged?.(judged, policy);
        run.take(
          { line: call.place.line, session: '', judged, expect: null },
          suite.file,
          undefined,
          call.expect,
        );
      }
    }
    return run.finish(null);
  }

  private note(problem: Problem): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  }

  private findTraces(): readonly string[] {
    const found: string[] = [];
    for (const { path, place } of this.suite.traces) {
      try {
        const files = findFiles([resolvePath(this.suite, path)], TRACE_ENDINGS);
        if (files.length === 0)
          this.note({
            code: 'no-trace',
            message: `\`${path}\` holds no trace`,
            place,
            help: 'traces end in .jsonl',
          });
        found.push(...files);
      } catch (cause) {
        if (!(cause instanceof TestRunnerError)) throw cause;
        this.note({ code: 'no-trace', message: cause.message, place });
      }
    }
    return found;
  }

  private replay(trace: string): void {
    const { suite, policy } = this;
    this.waiting = new Map();
    const name = relativeTo(suite, trace);
    this.snapshot?.start(name);
    const counts = replayTrace(readTraceFile(trace), {
      createEngine: (clock) => makeEngine(suite, policy, clock),
      approver: createApprover(suite.approvals),
      onMessage: (message) => {
        this.options.onJudged?.(message.judged, policy);
        this.snapshot?.take(message, name);
        this.take(message, trace);
      },
      onProblem: ({ line, code, message }) => this.note({ code, message, place: { file: trace, line } }),
    });
    for (const waiting of this.waiting.values())
      for (const { run, message } of waiting) run.take(message, trace, null);
    this.traces.push({ file: trace, ...counts });
  }

  private take(message: ReplayedMessage, trace: string): void {
    if (message.expect !== null) this.takeInline(message, trace);
    const { judged } = message;
    if (judged.from === 'server') {
      this.takeAnswer(message);
      return;
    }
    if (judged.subject === 'answer') return;
    let isNamed = false;
    for (const { definition, run } of this.cases) {
      if (!matchesCall(definition.match, message, trace)) continue;
      isNamed = true;
      this.check(run, message, trace);
    }
    // What is too broken to be a tool call could be one for a server that reads less strictly.
    const isCall = judged.subject === 'tool-call' || judged.reason.kind === 'protocol';
    if (!isNamed && this.fallback !== null && isCall) this.check(this.fallback, message, trace);
  }

  /** Compares now, or, where the answer tells, when it is there. */
  private check(run: CaseRun, message: ReplayedMessage, trace: string): void {
    const { id } = message.judged;
    if (!run.wantsAnswer) run.take(message, trace, undefined);
    else if (id === null || message.judged.forward === null) run.take(message, trace, null);
    else {
      const key = `${message.session}\n${id.key}`;
      const waiting = this.waiting.get(key) ?? [];
      waiting.push({ run, message, trace });
      this.waiting.set(key, waiting);
    }
  }

  private takeAnswer({ session, judged }: ReplayedMessage): void {
    if (judged.answers === null || this.waiting.size === 0) return;
    const key = `${session}\n${judged.answers.id.key}`;
    for (const { run, message, trace } of this.waiting.get(key) ?? []) run.take(message, trace, judged);
    this.waiting.delete(key);
  }

  /** The line says itself what must become of it. */
  private takeInline(message: ReplayedMessage, trace: string): void {
    const place: Place = { file: trace, line: message.line };
    const found: Problem[] = [];
    const { expect: node, judged } = message;
    const expect = node === null ? undefined : readExpectation(toYamlValue(node, place), found);
    for (const problem of found) this.note(problem);
    if (expect === undefined) return;
    const run = new CaseRun(`line ${message.line}`, place, expect, this.policy, this.rules);
    run.take(message, trace, judged.from === 'server' ? judged : undefined);
    const result = run.finish(1);
    if (judged.from === 'client' && expect.redacted !== undefined) {
      const message = '`redacted` in a trace stands on the line of the answer';
      this.note({ code: 'wrong-place', message, place });
    }
    this.inline.push(result);
  }
}
