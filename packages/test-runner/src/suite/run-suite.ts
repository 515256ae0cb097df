import { createEngine, EngineError } from '@agentpolicy/engine';
import { readMessage } from '@agentpolicy/message';
import { createConnection } from '../judge/connection.ts';
import { HANDLED_FEATURES } from '../judge/handled-features.ts';
import type { Judged } from '../judge/judgement.ts';
import { shareEngine } from '../judge/share-engine.ts';
import { createApprover } from '../judge/simulate-approval.ts';
import type { ReadyPolicy } from '../policy/read-policy-file.ts';
import { CoverageRun } from '../policy-coverage/coverage-run.ts';
import type { Place, Problem } from '../problem.ts';
import { type ReplayCounts, type ReplayedMessage, replaySteps } from '../replay/replay-trace.ts';
import { createVirtualClock } from '../time/virtual-clock.ts';
import { readTraceFile } from '../trace/read-trace-file.ts';
import { toYamlValue } from '../yaml/from-json.ts';
import { matchesCall } from './call-matcher.ts';
import { CaseRun, finishCase } from './case-run.ts';
import { readExpectation } from './expectation.ts';
import type { InlineCalls } from './inline-calls.ts';
import { NearRules } from './nearest-rule.ts';
import { relativeTo, type Suite, type SuiteCase } from './read-suite.ts';
import { SnapshotRun } from './snapshot.ts';
import { isWanted, MAX_PROBLEMS, type SuitePart } from './suite-part.ts';
import type { CallFailure, CaseResult } from './test-report.ts';

/** How a suite, or some of its traces, is run. */
export interface SuiteOptions {
  readonly policy: ReadyPolicy;
  /** The traces to replay, of those that the suite names. */
  readonly traces: readonly string[];
  /** The calls that stand in the suite are run as well. */
  readonly withCalls: boolean;
  /** Only these of the suite's inline calls; see `isWanted`. */
  readonly filter: readonly string[];
  /** Collects the decisions of today. */
  readonly withSnapshot: boolean;
  /** Counts what becomes of every entry of the policy. */
  readonly withCoverage: boolean;
  /** Takes what becomes of every message. */
  readonly onJudged: ((judged: Judged) => void) | null;
  /** Is told of a case's first failure, as soon as it is found. */
  readonly onFailure: ((name: string, failure: CallFailure) => void) | null;
}

/** How far a suite has come. */
export interface SuiteProgress {
  /** Tool calls that were judged. */
  readonly calls: number;
  /** Of traces, as they were read. */
  readonly bytes: number;
}

/**
 * Replays traces of a suite through its policy and compares; stops after every few lines, with what was done since,
 * until it is asked to go on. Mistakes in its files are problems.
 * @throws TestRunnerError `not-readable` for a trace that can't be read to its end.
 */
export function* suiteSteps(suite: Suite, options: SuiteOptions): Generator<SuiteProgress, SuitePart> {
  try {
    // Tells a policy that can't be enforced before any trace is opened.
    makeEngine(suite, options.policy, () => 0);
  } catch (cause) {
    if (!(cause instanceof EngineError)) throw cause;
    const problem = { code: cause.code, message: cause.message, place: suite.policy.place };
    return { kind: 'refused', problems: [problem] };
  }
  return yield* new SuiteRun(suite, options).run();
}

function makeEngine(suite: Suite, { table }: ReadyPolicy, clock: () => number) {
  const { home, cwd, foldCase, ownFiles } = suite.environment;
  return createEngine(table, { clock, home, cwd, foldCase, ownFiles, handles: HANDLED_FEATURES });
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
  private readonly coverage: CoverageRun | null;
  private waiting = new Map<string, Waiting[]>();

  constructor(suite: Suite, options: SuiteOptions) {
    const { policy } = options;
    this.suite = suite;
    this.policy = policy;
    this.options = options;
    this.rules = new NearRules((clock) => makeEngine(suite, policy, clock));
    this.cases = suite.cases.map((definition) => ({
      definition,
      run: this.startCase(definition.name, definition.expect),
    }));
    const { fallback } = suite;
    this.fallback = fallback === null ? null : this.startCase('default', fallback.expect);
    this.snapshot = options.withSnapshot ? new SnapshotRun() : null;
    this.coverage = options.withCoverage ? new CoverageRun(policy) : null;
  }

  private startCase(name: string, expect: SuiteCase['expect']): CaseRun {
    return new CaseRun(expect, this.policy, this.rules, (failure) => {
      if (isWanted(this.options.filter, name)) this.options.onFailure?.(name, failure);
    });
  }

  *run(): Generator<SuiteProgress, SuitePart> {
    const { suite, options, problems, traces, inline, cases } = this;
    for (const trace of options.traces) yield* this.replay(trace);
    const wanted = options.withCalls ? suite.calls.filter(({ name }) => isWanted(options.filter, name)) : [];
    const calls = wanted.map((each) => this.runCalls(each));
    return {
      kind: 'run',
      cases: cases.map(({ run }) => run.finish()),
      fallback: this.fallback?.finish() ?? null,
      inline,
      calls,
      traces,
      problems,
      snapshot: this.snapshot?.part ?? null,
      coverage: this.coverage?.finish() ?? null,
    };
  }

  /** Each call is the first one of a session of its own. */
  private runCalls({ name, place, calls }: InlineCalls): CaseResult {
    const { suite, policy } = this;
    const run = this.startCase(name, { decision: 'allow' });
    const approver = createApprover(suite.approvals);
    const startEngine = shareEngine((clock) => makeEngine(suite, policy, clock));
    for (const call of calls) {
      const clock = createVirtualClock();
      const engine = startEngine(clock.now);
      const connection = createConnection({ engine, approver, clock, hasServer: false });
      for (const judged of connection.receive(readMessage(call.text, 'client'))) {
        this.observe(judged);
        const message = { line: call.place.line, session: '', judged, expect: null };
        run.take(message, suite.file, undefined, call.expect);
      }
    }
    return finishCase(name, place, [run.finish()], null);
  }

  private observe(judged: Judged): void {
    this.coverage?.take(judged);
    this.options.onJudged?.(judged);
  }

  private note(problem: Problem): void {
    if (this.problems.length < MAX_PROBLEMS) this.problems.push(problem);
  }

  private *replay(trace: string): Generator<SuiteProgress> {
    const { suite, policy } = this;
    this.waiting = new Map();
    const name = relativeTo(suite, trace);
    this.snapshot?.start(name);
    let bytes = 0;
    let calls = 0;
    const lines = readTraceFile(trace, {
      onBytes(read) {
        bytes += read;
      },
    });
    const steps = replaySteps(lines, {
      createEngine: (clock) => makeEngine(suite, policy, clock),
      approver: createApprover(suite.approvals),
      filterTools: suite.environment.filterTools,
      onMessage: (message) => {
        this.observe(message.judged);
        this.snapshot?.take(message, name);
        this.take(message, trace);
      },
      onProblem: ({ line, code, message }) => this.note({ code, message, place: { file: trace, line } }),
    });
    for (;;) {
      const { done, value } = steps.next();
      yield { calls: value.toolCalls - calls, bytes };
      bytes = 0;
      calls = value.toolCalls;
      if (done !== true) continue;
      this.traces.push({ file: trace, ...value });
      break;
    }
    for (const waiting of this.waiting.values())
      for (const { run, message } of waiting) run.take(message, trace, null);
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
    const name = `line ${message.line}`;
    const run = this.startCase(name, expect);
    run.take(message, trace, judged.from === 'server' ? judged : undefined);
    if (judged.from === 'client' && expect.redacted !== undefined) {
      const message = '`redacted` in a trace stands on the line of the answer';
      this.note({ code: 'wrong-place', message, place });
    }
    this.inline.push(finishCase(name, place, [run.finish()], 1));
  }
}
