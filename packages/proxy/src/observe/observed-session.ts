import { getMember, JSON_RPC_ERRORS, type JsonObject } from '@agentpolicy/core';
import {
  copyText,
  findRevision,
  isReserved,
  type Message,
  type MessageId,
  type OpenRequest,
  type RequestMessage,
  type ResponseMessage,
  readProtocolVersion,
  type Session,
  type Side,
  type SingleVerdict,
  spellMethod,
  type Verdict,
} from '@agentpolicy/message';
import type { Effect } from '../gateway/effects.ts';
import { type OperationEvent, type OperationOutcome, type ProxyObserver, tell } from './observer.ts';

export interface ObservedSessionOptions {
  readonly observer: ProxyObserver;
  /** Milliseconds; only differences count. */
  readonly clock: () => number;
  /** The name of a tool as it may be told. */
  readonly describeTool: (name: string) => OperationEvent['tool'];
  /** An id as it may be told, as JSON text. */
  readonly describeId: (id: MessageId) => string;
}

type Begun = Omit<OperationEvent, 'kind' | 'end' | 'outcome' | 'protocolVersion'> & {
  /** The revision that the request names for itself; undefined where it names none. */
  readonly ownVersion: string | null | undefined;
};

interface Ended {
  readonly begun: Begun;
  readonly end: number;
  /** Null where the proxy closed it: what it answered is in the effects. */
  readonly outcome: OperationOutcome | null;
  /** Of the request, to know it again. */
  readonly key: string;
}

/** Longer texts are no place in a trace. */
const TRACEPARENT_LENGTH = 55;

/** Tells an observer of each request that ends, whoever answers it. */
export class ObservedSession implements Session {
  private readonly session: Session;
  private readonly options: ObservedSessionOptions;
  private readonly begun = new WeakMap<OpenRequest, Begun>();
  /** Requests that seem to have ended: a call that waited may be opened again, an answer may be refused. */
  private ended: Ended[] = [];

  constructor(session: Session, options: ObservedSessionOptions) {
    this.session = session;
    this.options = options;
  }

  receive(message: Message): Verdict {
    const verdict = this.session.receive(message);
    if (verdict.action === 'batch') for (const element of verdict.elements) this.follow(element);
    else this.follow(verdict);
    return verdict;
  }

  closeRequest(from: Side, id: MessageId): OpenRequest | undefined {
    const request = this.session.closeRequest(from, id);
    if (request !== undefined) this.end(request, null);
    return request;
  }

  withholdRequest(from: Side, id: MessageId): void {
    this.session.withholdRequest(from, id);
  }

  openRequests(from: Side): readonly OpenRequest[] {
    return this.session.openRequests(from);
  }

  protocolVersion(): string | undefined {
    return this.session.protocolVersion();
  }

  /** Tells what has ended, with what was answered as the effects have it. */
  settle(effects: readonly Effect[]): void {
    if (this.ended.length === 0) return;
    const { ended, options, session } = this;
    this.ended = [];
    const codes = readCodes(effects);
    for (const { begun, end, outcome } of ended) {
      const { ownVersion, ...operation } = begun;
      const protocolVersion = ownVersion === undefined ? tellRevision(session.protocolVersion()) : ownVersion;
      const code = codes.get(begun.idText) ?? null;
      const refused: OperationOutcome = { kind: 'error', code, by: 'proxy' };
      const final = outcome === null || code !== null ? refused : outcome;
      tell(options.observer, { kind: 'operation', ...operation, protocolVersion, end, outcome: final });
    }
  }

  private follow(verdict: SingleVerdict): void {
    if (verdict.action === 'drop' && verdict.failed !== undefined) this.end(verdict.failed, null);
    if (verdict.action !== 'forward') return;
    const { message, opened, answers } = verdict;
    if (opened !== undefined && message.kind === 'request') this.begin(opened, message);
    if (answers !== undefined && message.kind === 'response') this.end(answers, readOutcome(message));
  }

  private begin(request: OpenRequest, message: RequestMessage): void {
    if (isReserved(request.id)) return;
    const key = keyOf(request);
    const again = this.ended.find((each) => each.key === key && each.outcome === null);
    this.ended = this.ended.filter((each) => each !== again);
    try {
      this.begun.set(request, again?.begun ?? this.describe(request, message));
    } catch {
      // What can't be described is not observed; it is decided all the same.
    }
  }

  private describe(request: OpenRequest, message: RequestMessage): Begun {
    const { describeTool, describeId, clock } = this.options;
    const version = readProtocolVersion(message);
    return {
      from: request.from,
      method: spellMethod(request.normalizedMethod) ?? null,
      tool: request.tool === undefined ? null : describeTool(request.tool),
      idText: describeId(request.id),
      ownVersion: version === undefined ? undefined : tellRevision(version),
      traceparent: readTraceparent(message.params),
      start: clock(),
    };
  }

  private end(request: OpenRequest, outcome: OperationOutcome | null): void {
    const begun = this.begun.get(request);
    if (begun === undefined) return;
    this.begun.delete(request);
    this.ended.push({ begun, end: this.options.clock(), outcome, key: keyOf(request) });
  }
}

function keyOf({ from, id }: OpenRequest): string {
  return `${from} ${id.key}`;
}

function readOutcome({ outcome, from }: ResponseMessage): OperationOutcome {
  const { value } = outcome;
  if (outcome.kind === 'error') {
    const code = getMember(outcome.value, 'code');
    return { kind: 'error', code: code?.kind === 'number' ? tellCode(Number(code.literal)) : null, by: from };
  }
  const failed = value.kind === 'object' ? getMember(value, 'isError') : undefined;
  return { kind: failed?.kind === 'boolean' && failed.value ? 'tool-error' : 'result' };
}

/** Of MCP's revisions, for a version can be any text. */
function tellRevision(version: string | undefined): string | null {
  return version === undefined ? null : (findRevision(version) ?? null);
}

/** Of the codes that JSON-RPC 2.0 defines (§5.1) or leaves to servers, for a code can be any number. */
function tellCode(code: number): number | null {
  const isServerError = Number.isInteger(code) && code >= -32099 && code <= -32000;
  return isServerError || Object.values(JSON_RPC_ERRORS).some((known) => known.code === code) ? code : null;
}

function readTraceparent(params: JsonObject | undefined): string | null {
  const meta = params === undefined ? undefined : getMember(params, '_meta');
  const place = meta?.kind === 'object' ? getMember(meta, 'traceparent') : undefined;
  return place?.kind === 'string' && place.value.length === TRACEPARENT_LENGTH ? copyText(place.value) : null;
}

/** The codes that were answered, by the ids as they are told. */
function readCodes(effects: readonly Effect[]): ReadonlyMap<string, number> {
  const codes = new Map<string, number>();
  for (const effect of effects) {
    const records =
      effect.kind === 'audit' ? [effect.record] : effect.kind === 'forward' ? effect.records : [];
    for (const record of records)
      if (record.kind === 'decision' && record.idText !== null && record.errorCode !== null)
        codes.set(record.idText, record.errorCode);
  }
  return codes;
}
