import type { JsonNode } from '@agentpolicy/core';
import { copyText, type MessageId, readMessage } from '@agentpolicy/message';
import { type Connection, createConnection } from '../judge/connection.ts';
import type { Judged } from '../judge/judgement.ts';
import { type EngineMaker, shareEngine } from '../judge/share-engine.ts';
import type { Approver } from '../judge/simulate-approval.ts';
import { createVirtualClock, type VirtualClock } from '../time/virtual-clock.ts';
import type { TraceLine } from '../trace/number-lines.ts';
import { readTraceLine } from '../trace/read-trace-line.ts';
import { readUsualLine, type UsualLine } from '../trace/read-usual-line.ts';

/** A recorded message and what the policy makes of it. */
export interface ReplayedMessage {
  /** The trace's line, counted from 1. */
  readonly line: number;
  readonly session: string;
  readonly judged: Judged;
  /** The line's own `expect`. */
  readonly expect: JsonNode | null;
}

/** A line that could not be judged. */
export interface TraceProblem {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

export interface ReplayOptions {
  /** Every session of the trace that has limits to count gets an engine of its own. */
  readonly createEngine: EngineMaker;
  /** Null: a call that has to be approved stays an open question, decision `ASK`. */
  readonly approver: Approver | null;
  /** In enforce mode, tools that can't be called are taken out of the server's lists. Off unless told. */
  readonly filterTools?: boolean;
  readonly onMessage: (message: ReplayedMessage) => void;
  readonly onProblem: (problem: TraceProblem) => void;
}

export interface ReplayCounts {
  readonly lines: number;
  /** Messages of either side. */
  readonly messages: number;
  readonly toolCalls: number;
  readonly sessions: number;
  readonly problems: number;
}

/** Sessions that are kept open at once. Their state must not grow with the trace. */
const MAX_OPEN_SESSIONS = 128;

/** Ids of sessions that are remembered to tell when one comes back after it was closed. */
const MAX_KNOWN_SESSIONS = 100_000;

interface ReplayedSession {
  readonly connection: Connection;
  readonly clock: VirtualClock;
  /** The request that each HTTP exchange asked. */
  readonly asked: Map<string, MessageId>;
}

/** A step is short, so that a screen can be drawn and a key be taken between two of them. */
const LINES_OF_A_STEP = 128;

/** HTTP exchanges of a session whose request is remembered. */
const MAX_EXCHANGES = 1000;

/**
 * Sends recorded traffic through a policy: each message is read and judged as the proxy would do it, at the
 * time that the trace gives. Memory does not grow with the trace. A line that can't be understood is a
 * problem with its number; nothing in a trace makes this throw.
 */
export function replayTrace(lines: Iterable<TraceLine>, options: ReplayOptions): ReplayCounts {
  const steps = replaySteps(lines, options);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As replayTrace; stops after every few lines, with the counts so far, until it is asked to go on. */
export function replaySteps(
  lines: Iterable<TraceLine>,
  options: ReplayOptions,
): Generator<ReplayCounts, ReplayCounts> {
  return new Replay(options).run(lines);
}

class Replay {
  private readonly options: ReplayOptions;
  private readonly open = new Map<string, ReplayedSession>();
  private readonly known = new Set<string>();
  private readonly counts = { lines: 0, messages: 0, toolCalls: 0, sessions: 0, problems: 0 };
  private latest: { readonly name: string; readonly session: ReplayedSession } | undefined;

  private readonly createEngine: EngineMaker;

  constructor(options: ReplayOptions) {
    this.options = options;
    this.createEngine = shareEngine(options.createEngine);
  }

  *run(lines: Iterable<TraceLine>): Generator<ReplayCounts, ReplayCounts> {
    for (const { number, event } of lines) {
      this.counts.lines++;
      if (this.counts.lines % LINES_OF_A_STEP === 0) yield this.counts;
      switch (event.kind) {
        case 'line':
          this.takeLine(number, event.text);
          break;
        case 'too-long':
          this.report(
            number,
            'line-too-long',
            `the line has ${event.bytes} bytes, more than a message may have`,
          );
          break;
        case 'invalid-utf8':
          this.report(number, 'not-utf8', 'the line is not UTF-8');
      }
    }
    return this.counts;
  }

  private takeLine(line: number, text: string): void {
    const usual = readUsualLine(text);
    if (usual !== undefined) {
      this.takeMessage(line, usual);
      return;
    }
    const entry = readTraceLine(text);
    switch (entry.kind) {
      case 'other':
        return;
      case 'malformed':
        this.report(line, 'malformed-line', `${entry.message} (character ${entry.offset + 1})`);
        return;
      case 'message':
        this.takeMessage(line, { entry, message: readMessage(entry.text, entry.from) });
    }
  }

  private takeMessage(line: number, { entry, message }: UsualLine): void {
    const session = this.findSession(entry.session, line);
    if (entry.time !== null) session.clock.set(entry.time);
    for (const judged of session.connection.receive(message)) {
      this.counts.messages++;
      if (judged.subject === 'tool-call') this.counts.toolCalls++;
      if (entry.exchange !== null) followExchange(session, entry.exchange, judged);
      this.options.onMessage({ line, session: entry.session, judged, expect: entry.expect });
    }
  }

  private report(line: number, code: string, message: string): void {
    this.counts.problems++;
    this.options.onProblem({ line, code, message });
  }

  private findSession(name: string, line: number): ReplayedSession {
    if (this.latest?.name === name) return this.latest.session;
    const found = this.open.get(name);
    // The order of the map is the order of use: what was used longest ago is closed first.
    if (found !== undefined) this.open.delete(name);
    // What is remembered is no slice of a line, which would keep all of it.
    const kept = copyText(name);
    const session = found ?? this.startSession(kept, line);
    this.open.set(kept, session);
    this.latest = { name: kept, session };
    return session;
  }

  private startSession(name: string, line: number): ReplayedSession {
    if (this.known.has(name)) {
      const message = `the session \`${name}\` goes on after ${MAX_OPEN_SESSIONS} others: its state is lost, so later decisions may differ`;
      this.report(line, 'session-resumed', message);
    } else if (this.known.size < MAX_KNOWN_SESSIONS) this.known.add(name);
    this.counts.sessions++;
    if (this.open.size >= MAX_OPEN_SESSIONS) {
      const [oldest] = this.open.keys();
      if (oldest !== undefined) this.open.delete(oldest);
    }
    const clock = createVirtualClock();
    const engine = this.createEngine(clock.now);
    const { approver, filterTools = false } = this.options;
    const connection = createConnection({ engine, approver, clock, filterTools });
    return { clock, connection, asked: new Map() };
  }
}

/** A server that refuses an HTTP request answers it without its id: the exchange tells which one it was. */
function followExchange({ asked, connection }: ReplayedSession, exchange: string, judged: Judged): void {
  if (judged.from === 'client') {
    if (judged.id === null || judged.subject === 'answer') return;
    const [oldest] = asked.size < MAX_EXCHANGES ? [] : asked.keys();
    if (oldest !== undefined) asked.delete(oldest);
    asked.set(copyText(exchange), keepId(judged.id));
    return;
  }
  const request = asked.get(exchange);
  if (request === undefined || judged.subject !== 'answer') return;
  asked.delete(exchange);
  if (judged.id === null) connection.close(request);
}

function keepId({ key, text, value }: MessageId): MessageId {
  return {
    key: copyText(key),
    text: copyText(text),
    value: typeof value === 'string' ? copyText(value) : value,
  };
}
