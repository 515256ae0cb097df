import { createEngine, EngineError } from '@agentpolicy/engine';
import { TestRunnerError } from '../errors/test-runner-error.ts';
import { findFiles } from '../files/find-files.ts';
import { createApprover } from '../judge/simulate-approval.ts';
import { type ReadyPolicy, readPolicyFile } from '../policy/read-policy-file.ts';
import type { Place, Problem } from '../problem.ts';
import { type ReplayCounts, type ReplayedMessage, replayTrace } from '../replay/replay-trace.ts';
import { readTraceFile } from '../trace/read-trace-file.ts';
import { toYamlValue } from '../yaml/from-json.ts';
import { CaseRun } from './case-run.ts';
import { readExpectation } from './expectation.ts';
import { matchesCall, resolvePath, type Suite, type SuiteCase } from './read-suite.ts';
import type { CaseResult, SuiteResult } from './test-report.ts';

/** As many problems of one suite are kept. */
const MAX_PROBLEMS = 100;

/** The endings of trace files in a folder. */
const TRACE_ENDINGS = ['.jsonl'];

/** Replays a suite's traces through its policy and compares. Mistakes in its files are problems. */
export function runSuite(suite: Suite): SuiteResult {
  const policyFile = resolvePath(suite, suite.policy.path);
  const reading = readPolicyFile(policyFile, suite.policy.place);
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
  return new SuiteRun(suite, reading.policy).run();
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
  private waiting = new Map<string, Waiting[]>();

  constructor(suite: Suite, policy: ReadyPolicy) {
    this.suite = suite;
    this.policy = policy;
    this.cases = suite.cases.map((definition) => {
      const { name, place, expect } = definition;
      return { definition, run: new CaseRun(name, place, expect, policy) };
    });
    const { fallback } = suite;
    this.fallback =
      fallback === null ? null : new CaseRun('default', fallback.place, fallback.expect, policy);
  }

  run(): SuiteResult {
    for (const trace of this.findTraces()) this.replay(trace);
    const cases = this.cases.map(({ definition, run }) => run.finish(definition.count));
    // Nobody says that there are calls beside those of the cases.
    const fallback = this.fallback?.finish(null);
    if (fallback !== undefined && fallback.matched > 0) cases.push(fallback);
    cases.push(...this.inline);
    const failed = this.problems.length > 0 || cases.some((each) => each.outcome === 'failed');
    const { file } = this.suite;
    const isEmpty = cases.length === 0 || this.traces.every((trace) => trace.messages === 0);
    const outcome = failed ? 'failed' : isEmpty ? 'nothing' : 'passed';
    return { file, policy: this.policy.file, outcome, cases, traces: this.traces, problems: this.problems };
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
    const counts = replayTrace(readTraceFile(trace), {
      createEngine: (clock) => makeEngine(suite, policy, clock),
      approver: createApprover(suite.approvals),
      onMessage: (message) => this.take(message, trace),
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
    const run = new CaseRun(`line ${message.line}`, place, expect, this.policy);
    run.take(message, trace, judged.from === 'server' ? judged : undefined);
    const result = run.finish(1);
    if (judged.from === 'client' && expect.redacted !== undefined) {
      const message = '`redacted` in a trace stands on the line of the answer';
      this.note({ code: 'wrong-place', message, place });
    }
    this.inline.push(result);
  }
}
