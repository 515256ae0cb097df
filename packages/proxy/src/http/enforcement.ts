import type { Engine, Scanner, TextScan } from '@agentpolicy/engine';
import type { AskedCalls, Message } from '@agentpolicy/message';
import {
  createApprovalDesk,
  DEFAULT_APPROVAL_TIME,
  DEFAULT_PROMPTS_PER_MINUTE,
} from '../approvals/approval-desk.ts';
import { prepareAskClient } from '../approvals/ask-client.ts';
import type { AuditSink } from '../audit/sink.ts';
import { createAuditText } from '../gateway/audit-text.ts';
import type { AskClientOptions } from '../gateway/client-approval/client-questions.ts';
import { describeRefusal } from '../gateway/decision-record.ts';
import { createGateway } from '../gateway/gateway.ts';
import { describePolicy } from '../gateway/log-lines.ts';
import type { PinStore } from '../gateway/tools/pins.ts';
import { followTables } from '../stdio/follow-tables.ts';
import type { Log } from '../stdio/log.ts';
import { openPinFile } from '../stdio/pin-file.ts';
import {
  CLIENT_APPROVES,
  checkLimit,
  DRY_RUN,
  openLog,
  type ProxyOptions,
  type RemakeEngine,
  type RunContext,
} from '../stdio/run-with-engine.ts';
import { printable, quotePrintable } from '../text/printable.ts';
import type { Problem } from './endpoint.ts';
import type { HttpSession, SessionDesk, SessionParts } from './session/http-session.ts';

/** What is enforced, and how; as for a client on standard input. */
export type EnforcementOptions = Omit<
  ProxyOptions,
  'target' | 'targetLabel' | 'stdin' | 'stdout' | 'signals' | 'endTimes' | 'env'
> & {
  /** What the server is called where somebody is asked about a call. */
  readonly serverLabel: string;
};

/** What is known of a session before it begins. */
export interface SessionFacts {
  /** The same for requests of one client that have no session. */
  readonly identity?: string;
  /** A client that leaves takes back what it asked for. */
  readonly cancelsByLeaving?: boolean;
}

/** Logs and audits a request that is refused before it is judged, and gives what is answered. */
export type RefuseRequest = (refused: {
  readonly problem: Problem;
  readonly message: Message | null;
}) => Problem;

/** What is found where nothing is looked for. */
const UNSCANNED: Pick<TextScan, 'events' | 'truncated'> = { events: [], truncated: false };
/** How often, in milliseconds, sessions are told the time. */
const MIN_TICK = 10;
const MAX_TICK = 250;
/** As many characters of a reason as a log line shows. */
const MAX_REASON = 400;

/** What all sessions have in common: the policy in force, the audit log, who is asked, and the time. */
export class Enforcement {
  readonly audit: AuditSink;
  private readonly options: EnforcementOptions;
  private readonly log: Log;
  private readonly pins: PinStore | null;
  private readonly context: RunContext;
  private readonly live = new Set<HttpSession>();
  private readonly openDesk: () => SessionDesk;
  /** Null where the client is not asked. */
  private readonly askClient: (() => AskClientOptions) | null;
  private readonly ticks: NodeJS.Timeout;
  private readonly follower: { stop(): void } | null;
  private readonly askedCalls: AskedCalls = new Map();
  private engine: Engine;

  /** @throws ProxyError where the audit log, the file of pins or a limit can't be used. */
  constructor(options: EnforcementOptions, engine: Engine, remake: RemakeEngine, log: Log) {
    checkLimit('maxLineBytes', options.maxLineBytes);
    checkLimit('maxDepth', options.maxDepth);
    checkLimit('requestTimeout', options.requestTimeout);
    checkLimit('approvalTime', options.approvalTime);
    checkLimit('promptsPerMinute', options.promptsPerMinute);
    this.options = options;
    this.engine = engine;
    this.log = log;
    const { mode, hash } = engine.table.policy;
    this.context = { mode, policyHash: hash, now: options.now };
    this.pins = options.pinPath === undefined ? null : openPinFile(options.pinPath);
    this.audit = openLog(options, log, this.context);
    this.openDesk = createDesks(options);
    this.askClient = options.askClient === undefined ? null : prepareAsking(options, options.askClient);
    for (const line of describePolicy(engine.table)) log.line(line);
    if (options.dryRun === true) log.line(DRY_RUN);
    if (options.askClient !== undefined) log.line(CLIENT_APPROVES);
    this.follower = this.follow(remake);
    const every = Math.min(MAX_TICK, Math.max(MIN_TICK, (options.requestTimeout ?? MAX_TICK) / 4));
    this.ticks = setInterval(() => this.tick(), every).unref();
  }

  /**
   * What a new session is made of. Requests of the stateless protocol have no session: what tells their clients apart
   * is who they say they are.
   */
  createParts({ identity, cancelsByLeaving = false }: SessionFacts = {}): SessionParts {
    const { verbose = false, filterTools = true, denyAs, maxDepth, requestTimeout, approver } = this.options;
    const { observer, clock } = this.options;
    const depth = maxDepth === undefined ? {} : { maxDepth };
    const gateway = createGateway({
      engine: this.engine,
      verbose,
      filterTools,
      canAsk: approver !== undefined,
      askedCalls: this.askedCalls,
      ...(denyAs === undefined ? {} : { denyAs }),
      ...(requestTimeout === undefined ? {} : { requestTimeout }),
      ...this.openAsking(identity),
      ...(observer === undefined ? {} : { observer: { observer, clock } }),
      ...(this.pins === null ? {} : { pins: this.pins }),
      ...depth,
    });
    const register = (session: HttpSession): (() => void) => {
      this.live.add(session);
      return () => this.live.delete(session);
    };
    const { audit, log } = this;
    const { mayPass } = this;
    return { gateway, audit, log, desk: this.openDesk(), mayPass, cancelsByLeaving, register, ...depth };
  }

  private openAsking(identity: string | undefined): { readonly askClient?: AskClientOptions } {
    const asking = this.askClient?.();
    if (asking === undefined) return {};
    return { askClient: identity === undefined ? asking : { ...asking, sessionId: identity } };
  }

  readonly refuse: RefuseRequest = ({ problem, message }) => {
    const auditText = createAuditText(this.engine);
    const reason = auditText.line(problem.reason);
    this.log.line(`REFUSED: a request of the client's: ${printable(reason, MAX_REASON)}`);
    const id = message !== null && 'id' in message ? message.id : null;
    const record = describeRefusal(auditText, 'client', { code: problem.code ?? null, reason, id });
    this.audit.append([record]);
    return problem;
  };

  /**
   * Whether what a server says besides its messages, a header or the id of an event, may pass: by the policy that holds
   * now. It means something to the server alone, so it is never redacted.
   */
  readonly mayPass = (text: string): boolean => {
    const { events, truncated } = this.engine.responses?.scanText(text) ?? UNSCANNED;
    for (const { rule, count } of events) {
      this.audit.append([{ kind: 'dlp', direction: 'downstream', rule, action: 'BLOCKED', count }]);
      this.log.line(`DLP_TRIGGERED: Rule ${quotePrintable(rule)} matched ${count} time(s), blocked`);
    }
    if (truncated) {
      this.audit.append([{ kind: 'scan-truncated', direction: 'downstream' }]);
      this.log.line(
        'DLP_SCAN_LIMIT: a header or an event id of the server was too long to scan, and is left out',
      );
    }
    return events.length === 0 && !truncated;
  };

  /** For what a server writes to standard error; by the policy that holds when it is read. */
  scanStderr(): Scanner | null {
    const find = (): Scanner | null =>
      this.engine.table.dlp?.filterStderr === true ? this.engine.logs : null;
    if (this.options.watchTable === undefined) return find();
    return {
      scanText: (text) => find()?.scanText(text) ?? { text, events: [], truncated: false },
      scanMessage: (message, source) =>
        find()?.scanMessage(message, source) ?? { kind: 'clean', events: [], truncated: false },
    };
  }

  /** Nothing changes any more, nothing is asked, nothing is written. */
  stop(): void {
    clearInterval(this.ticks);
    this.follower?.stop();
    this.audit.close();
  }

  private tick(): void {
    for (const session of this.live) session.tick(this.options.clock());
  }

  private follow(remake: RemakeEngine): { stop(): void } | null {
    const { watchTable: updates } = this.options;
    if (updates === undefined) return null;
    const { engine, log } = this;
    const apply = (next: Engine): void => {
      this.engine = next;
      this.context.mode = next.table.policy.mode;
      this.context.policyHash = next.table.policy.hash;
      for (const session of this.live) session.replaceEngine(next);
    };
    return followTables({ updates, engine, remake, log, apply });
  }
}

function prepareAsking(
  { clock, approvalTime, promptsPerMinute, serverLabel }: EnforcementOptions,
  { randomBytes }: NonNullable<EnforcementOptions['askClient']>,
): () => AskClientOptions {
  return prepareAskClient({
    randomBytes,
    clock,
    target: serverLabel,
    timeLimit: approvalTime ?? DEFAULT_APPROVAL_TIME,
    promptsPerMinute: promptsPerMinute ?? DEFAULT_PROMPTS_PER_MINUTE,
  });
}

/** One desk for all sessions, so that they share its limits; each session's questions have keys of their own. */
function createDesks(options: EnforcementOptions): () => SessionDesk {
  const { approver, approvalTime, promptsPerMinute, clock, serverLabel } = options;
  if (approver === undefined) return () => ({ ask: async () => 'nobody', close: () => undefined });
  const [policyFile] = options.policyFiles;
  const desk = createApprovalDesk({
    approver,
    target: serverLabel,
    ...(policyFile === undefined ? {} : { policyFile }),
    timeLimit: approvalTime ?? DEFAULT_APPROVAL_TIME,
    promptsPerMinute: promptsPerMinute ?? DEFAULT_PROMPTS_PER_MINUTE,
    clock,
  });
  let last = 0;
  return () => {
    const keys = new Map<number, number>();
    return {
      async ask(question) {
        const key = ++last;
        keys.set(question.key, key);
        const outcome = await desk.ask({ ...question, key });
        keys.delete(question.key);
        return outcome;
      },
      close(own) {
        const key = keys.get(own);
        if (key !== undefined) desk.close(key);
      },
    };
  };
}
