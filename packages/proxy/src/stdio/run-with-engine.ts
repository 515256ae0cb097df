import type { Readable, Writable } from 'node:stream';
import type { DecisionTable } from '@agentpolicy/core';
import type { Engine } from '@agentpolicy/engine';
import type { Approver } from '../approvals/approver.ts';
import { type AuditSettings, openAudit } from '../audit/open-audit.ts';
import type { AuditContext } from '../audit/record.ts';
import { type AuditSink, NO_AUDIT } from '../audit/sink.ts';
import { ProxyError } from '../errors/proxy-error.ts';
import { createGateway } from '../gateway/gateway.ts';
import { describePolicy } from '../gateway/log-lines.ts';
import type { PinStore } from '../gateway/tools/pins.ts';
import { observeAudit } from '../observe/observe-audit.ts';
import { type ProxyObserver, tell } from '../observe/observer.ts';
import { printable } from '../text/printable.ts';
import { askClient, openDesk } from './approval-ways.ts';
import { connect } from './connection.ts';
import { DEFAULT_END_TIMES, type EndTimes } from './end-server.ts';
import { followTables, type TableUpdate } from './follow-tables.ts';
import type { Log } from './log.ts';
import { openRunLog } from './open-run-log.ts';
import { openPinFile } from './pin-file.ts';
import { scanStderr } from './scan-stderr.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { type Interruption, type SignalSource, watchSignals } from './signals.ts';
import { supervise } from './supervise.ts';

/** The longest message in bytes unless told otherwise. */
export const DEFAULT_MAX_LINE_BYTES = 16 * 1024 * 1024;

const MAX_LABEL = 500;

/** How often, in milliseconds, is looked for what has waited too long. */
const MIN_TICK = 10;
const MAX_TICK = 250;

export const DRY_RUN =
  'WARNING: DRY RUN: nothing that only breaks the rules of the policy is refused, whatever its mode';

export const CLIENT_APPROVES =
  'WARNING: the MCP client approves its own calls of tools with `action: ask`, although the policy is about it';

export interface ProxyOptions {
  readonly table: DecisionTable;
  /** Absolute paths of the policy and of its table, which no call may touch. The audit log's is added. */
  readonly policyFiles: readonly string[];
  /** The server's program and its arguments. */
  readonly target: readonly string[];
  /** The command as the operator wrote it, for the log; the words of `target` unless told. */
  readonly targetLabel?: string;
  /** Absolute path of the audit log; without one, nothing is audited. */
  readonly auditPath?: string;
  /** How the audit log is kept. */
  readonly audit?: AuditSettings;
  /** Log every message of the client's. */
  readonly verbose?: boolean;
  /** Absolute path that `~` stands for. */
  readonly home: string;
  /** Absolute path of the directory in which the server runs. */
  readonly cwd: string;
  /** The file system treats `A` and `a` as one name. */
  readonly foldCase: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Time for the audit log. */
  readonly now: () => Date;
  /** Milliseconds for rate limits; only differences count. */
  readonly clock: () => number;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly signals: SignalSource;
  /** Bytes of a message, 16 MiB unless told; a longer one is refused without being held in memory. */
  readonly maxLineBytes?: number;
  /** Levels of nesting in a message, 128 unless told. */
  readonly maxDepth?: number;
  readonly endTimes?: EndTimes;
  /** In enforce mode, tools that can't be called are taken out of the server's lists; on unless told. */
  readonly filterTools?: boolean;
  /** How a refused tool call is answered; with an error unless told. */
  readonly denyAs?: 'error' | 'result';
  /** Absolute path of the file that pins the definitions of tools at first sight; without one, nothing is pinned. */
  readonly pinPath?: string;
  /** Milliseconds that the server has for an answer; as long as it takes unless told. */
  readonly requestTimeout?: number;
  /** Calls that break the policy are logged and let through, whatever its mode. */
  readonly dryRun?: boolean;
  /** Who approves calls that the policy asks about; without one, they are refused. */
  readonly approver?: Approver;
  /** The client itself approves such calls, and nobody else does; it is the policed side. */
  readonly askClient?: { readonly randomBytes: (count: number) => Uint8Array };
  /** Milliseconds that a question stays open; 50,000 unless told. */
  readonly approvalTime?: number;
  /** Questions within a minute, beyond which calls are refused unasked; 20 unless told. */
  readonly promptsPerMinute?: number;
  /** What the server writes to standard error may steer the operator's terminal; it is tamed unless told. */
  readonly rawServerStderr?: boolean;
  /** How log lines are written; as text unless told. */
  readonly logFormat?: 'text' | 'json';
  /** Told what happens. */
  readonly observer?: ProxyObserver;
  /** New tables of the same policy, each put in force as it comes. */
  readonly watchTable?: AsyncIterable<TableUpdate>;
}

/** Makes the engine of a new table, which goes on where the one before stood. */
export type RemakeEngine = (table: DecisionTable, previous: Engine) => Engine;

/** As runProxy, with an engine that was made before. */
export async function runWithEngine(
  options: ProxyOptions,
  engine: Engine,
  remake: RemakeEngine = () => engine,
): Promise<number> {
  checkLimit('maxLineBytes', options.maxLineBytes);
  checkLimit('maxDepth', options.maxDepth);
  checkLimit('requestTimeout', options.requestTimeout);
  checkLimit('approvalTime', options.approvalTime);
  checkLimit('promptsPerMinute', options.promptsPerMinute);
  const pins = options.pinPath === undefined ? null : openPinFile(options.pinPath);
  const log = openRunLog(options);
  const context = describeContext(engine.table, options.now);
  const audit = openLog(options, log, context);
  const reopen = (): void => audit.reopen();
  let server: ServerProcess | null = null;
  const killServer = (): void => {
    server?.signalGroup('SIGKILL');
  };
  // Heard of before the server starts: a signal never leaves one behind, nor does a failure of the proxy itself.
  const interruption = watchSignals(options.signals, killServer);
  if (process.platform !== 'win32') options.signals.on('SIGUSR2', reopen);
  try {
    for (const line of describePolicy(engine.table)) log.line(line);
    if (options.dryRun === true) log.line(DRY_RUN);
    if (options.askClient !== undefined) log.line(CLIENT_APPROVES);
    server = await startServer({ argv: options.target, cwd: options.cwd, env: options.env });
    const label = options.targetLabel ?? options.target.join(' ');
    log.line(`Started subprocess PID ${server.pid}: ${printable(label, MAX_LABEL)}`);
    return await runServer({ options, server, engine, remake, context, audit, log, interruption, pins });
  } catch (cause) {
    killServer();
    throw cause;
  } finally {
    interruption.stop();
    if (process.platform !== 'win32') options.signals.off('SIGUSR2', reopen);
    options.stdin.destroy();
    audit.close();
  }
}

/** @throws ProxyError `bad-option` where the limit is no positive whole number. */
export function checkLimit(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isSafeInteger(value) && value > 0)) return;
  throw new ProxyError('bad-option', `\`${name}\` is ${value}, which is no positive whole number`);
}

/** Opens the audit log; records speak of the policy that the context names when they are written. */
export function openLog(
  options: Pick<ProxyOptions, 'table' | 'auditPath' | 'audit' | 'now' | 'observer'>,
  log: Log,
  context: RunContext = describeContext(options.table, options.now),
): AuditSink {
  const { auditPath, observer } = options;
  const sink =
    auditPath === undefined
      ? NO_AUDIT
      : openAudit(auditPath, options.audit ?? {}, context, (line) => log.line(line));
  return observer === undefined ? sink : observeAudit(sink, observer);
}

/** The policy in force, for the audit log. */
export interface RunContext {
  mode: AuditContext['mode'];
  policyHash: string;
  readonly now: () => Date;
}

function describeContext({ policy }: DecisionTable, now: () => Date): RunContext {
  return { mode: policy.mode, policyHash: policy.hash, now };
}

interface Run {
  readonly remake: RemakeEngine;
  readonly context: RunContext;
  readonly options: ProxyOptions;
  readonly server: ServerProcess;
  readonly engine: Engine;
  readonly audit: AuditSink;
  readonly log: Log;
  readonly interruption: Interruption;
  readonly pins: PinStore | null;
}

async function runServer(run: Run): Promise<number> {
  const { options, server, engine, audit, log, interruption, pins } = run;
  const gateway = createGateway({
    engine,
    verbose: options.verbose ?? false,
    filterTools: options.filterTools ?? true,
    canAsk: options.approver !== undefined,
    ...(options.denyAs === undefined ? {} : { denyAs: options.denyAs }),
    ...(options.requestTimeout === undefined ? {} : { requestTimeout: options.requestTimeout }),
    ...askClient(options),
    ...(options.observer === undefined
      ? {}
      : { observer: { observer: options.observer, clock: options.clock } }),
    ...(pins === null ? {} : { pins }),
    ...(options.maxDepth === undefined ? {} : { maxDepth: options.maxDepth }),
  });
  const inForce = { engine };
  const connection = connect({
    client: { input: options.stdin, output: options.stdout },
    server,
    gateway,
    audit,
    log,
    desk: openDesk(options),
    clock: options.clock,
    tickEvery: Math.min(MAX_TICK, Math.max(MIN_TICK, (options.requestTimeout ?? MAX_TICK) / 4)),
    maxLineBytes: options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
    stderrScanner: scanStderr(options, () => inForce.engine),
    rawStderr: options.rawServerStderr ?? false,
  });
  const follower = followPolicy(run, (next) => {
    inForce.engine = next;
    gateway.replaceEngine(next);
  });
  const start = options.clock();
  try {
    return await supervise({
      server,
      connection,
      output: options.stdout,
      errors: options.stderr,
      interruption,
      log,
      times: options.endTimes ?? DEFAULT_END_TIMES,
      hasPending: gateway.hasPending,
    });
  } finally {
    follower?.stop();
    if (options.observer !== undefined)
      tell(options.observer, { kind: 'session', start, end: options.clock() });
  }
}

function followPolicy(run: Run, apply: (engine: Engine) => void): { stop(): void } | null {
  const { options, engine, remake, context, log } = run;
  if (options.watchTable === undefined) return null;
  return followTables({
    updates: options.watchTable,
    engine,
    remake,
    log,
    apply(next) {
      context.mode = next.table.policy.mode;
      context.policyHash = next.table.policy.hash;
      apply(next);
    },
  });
}
