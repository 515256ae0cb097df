import { getMember, JSON_RPC_ERRORS, type TextEdit } from '@agentpolicy/core';
import { replaceString } from '../edits/edits.ts';
import { checkLimit } from '../errors/check-limit.ts';
import { spellMethod } from '../mcp/methods.ts';
import { BATCH_PROTOCOL_VERSION, readNegotiatedVersion } from '../mcp/protocol-version.ts';
import { type ConstrainedArguments, readToolCall, type ToolCallParams } from '../mcp/tool-call.ts';
import { readToolPage } from '../mcp/tool-list.ts';
import { readId } from '../messages/ids.ts';
import type {
  BatchMessage,
  InvalidMessage,
  Message,
  MessageId,
  NotificationMessage,
  RequestMessage,
  ResponseMessage,
  Side,
  SingleMessage,
} from '../messages/message.ts';
import { quoteForPeople } from '../messages/quote.ts';
import { type ListingPlace, OpenRequests } from './open-requests.ts';
import { ToolNames } from './tool-names.ts';
import type {
  DropVerdict,
  ForwardVerdict,
  OpenRequest,
  RefuseVerdict,
  SingleVerdict,
  Verdict,
} from './verdict.ts';

/** A server may read far ahead of its answers. */
export const DEFAULT_MAX_OPEN = 50_000;

/** The most requests of one side that a session can be told to remember. */
export const MAX_OPEN = 1_000_000;

const INVALID_REQUEST = JSON_RPC_ERRORS.invalidRequest.code;

export interface SessionOptions {
  /** How many requests of one side may wait for an answer; 50,000 unless told, at most MAX_OPEN. */
  readonly maxOpen?: number;
  /** The arguments that the policy constrains for a tool: a key that only looks like one of them is refused. */
  readonly constrained?: ConstrainedArguments;
}

/**
 * The state of one connection: who waits for what, how the server spells its tools, which revision of the
 * protocol is spoken. It says what the protocol permits and knows no policy. No input, output or clock.
 */
export interface Session {
  /** Takes the next message of either side, in the order of its wire. */
  receive(message: Message): Verdict;
  /** Closes a request that is answered by somebody else than the other side, or not at all. */
  closeRequest(from: Side, id: MessageId): OpenRequest | undefined;
  /** Keeps a request from the other side: until it is closed and received anew, no answer to it is accepted. */
  withholdRequest(from: Side, id: MessageId): void;
  /** The requests of a side that wait for an answer, oldest first. */
  openRequests(from: Side): readonly OpenRequest[];
  /** The version that the server's last answer to `initialize` chose. */
  protocolVersion(): string | undefined;
}

type Call = RequestMessage | NotificationMessage;

class ConnectionState implements Session {
  private readonly open: Readonly<Record<Side, OpenRequests>>;
  private readonly constrained: ConstrainedArguments | undefined;
  private readonly toolNames = new ToolNames();
  private negotiated: string | undefined;

  constructor(options: SessionOptions) {
    const limit = options.maxOpen ?? DEFAULT_MAX_OPEN;
    checkLimit('the limit of open requests', limit, MAX_OPEN);
    this.open = { client: new OpenRequests(limit), server: new OpenRequests(limit) };
    this.constrained = options.constrained;
  }

  receive(message: Message): Verdict {
    return message.kind === 'batch' ? this.takeBatch(message) : this.take(message, false);
  }

  closeRequest(from: Side, id: MessageId): OpenRequest | undefined {
    return this.open[from].close(id.key);
  }

  withholdRequest(from: Side, id: MessageId): void {
    this.open[from].withhold(id.key);
  }

  openRequests(from: Side): readonly OpenRequest[] {
    return this.open[from].list();
  }

  protocolVersion(): string | undefined {
    return this.negotiated;
  }

  private takeBatch(message: BatchMessage): Verdict {
    if (this.negotiated === BATCH_PROTOCOL_VERSION)
      return {
        action: 'batch',
        message,
        elements: message.elements.map((element) => this.take(element, true)),
      };
    const reason = `batches are part of protocol version ${BATCH_PROTOCOL_VERSION} only`;
    if (message.from === 'client')
      return { action: 'refuse', message, code: INVALID_REQUEST, reason, id: null };
    // Nobody reads a server's batch either, but whoever waits for an answer in it is told.
    return {
      action: 'batch',
      message,
      elements: message.elements.map((element) => this.reject(element, reason)),
    };
  }

  private take(message: SingleMessage, inBatch: boolean): SingleVerdict {
    switch (message.kind) {
      case 'invalid':
        return this.takeInvalid(message);
      case 'response':
        return this.takeResponse(message);
      case 'request':
      case 'notification':
        return this.takeCall(message, inBatch);
    }
  }

  private takeCall(message: Call, inBatch: boolean): SingleVerdict {
    if (inBatch && message.normalizedMethod === 'initialize')
      return refuseCall(message, INVALID_REQUEST, '`initialize` must not be part of a batch');
    if (message.kind === 'request') {
      const problem = this.open[message.from].check(message.id);
      if (problem === 'open')
        return refuseCall(message, INVALID_REQUEST, 'a request with this id is still open');
      if (problem === 'full')
        return refuseCall(
          message,
          JSON_RPC_ERRORS.internalError.code,
          'too many requests wait for an answer',
        );
    }
    const edits = spellingEdits(message);
    if (message.from === 'client' && message.normalizedMethod === 'tools/call')
      return this.takeToolCall(message, edits);
    if (message.from === 'server' && message.normalizedMethod === 'notifications/tools/list_changed')
      this.toolNames.forget();
    return this.forwardCall(message, edits, undefined);
  }

  private takeToolCall(message: Call, edits: TextEdit[]): SingleVerdict {
    const read = readToolCall(message, this.constrained);
    if (!read.ok) return refuseCall(message, read.code, read.reason);
    const { call } = read;
    const spelling = this.toolNames.spell(call.name, call.normalizedName);
    switch (spelling.kind) {
      case 'ambiguous': {
        const names = spelling.names.slice(0, 2).map(quoteForPeople).join(' and ');
        const reason = `the server lists ${names}, which differ only in spelling: write the name as it is listed`;
        return refuseCall(message, JSON_RPC_ERRORS.invalidParams.code, reason);
      }
      case 'listed':
        edits.push(replaceString(call.nameNode, spelling.name));
        break;
      case 'as-written':
        break;
    }
    return this.forwardCall(message, edits, call);
  }

  private forwardCall(
    message: Call,
    edits: readonly TextEdit[],
    call: ToolCallParams | undefined,
  ): ForwardVerdict {
    const opened =
      message.kind === 'request'
        ? this.open[message.from].open(message, call?.name, this.listingPlace(message))
        : undefined;
    const cancels = this.takeCancellation(message);
    return { action: 'forward', message, edits, call, opened, answers: undefined, cancels };
  }

  private listingPlace(message: RequestMessage): ListingPlace | undefined {
    if (message.from !== 'client' || message.normalizedMethod !== 'tools/list') return undefined;
    const cursor = message.params === undefined ? undefined : getMember(message.params, 'cursor');
    return this.toolNames.place(cursor === undefined || cursor.kind === 'null');
  }

  private takeCancellation(message: Call): OpenRequest | undefined {
    if (message.normalizedMethod !== 'notifications/cancelled' || message.params === undefined)
      return undefined;
    const node = getMember(message.params, 'requestId');
    const id = node === undefined ? undefined : readId(node, message.text, true);
    return id?.ok === true ? this.open[message.from].cancel(id.id.key) : undefined;
  }

  private takeResponse(message: ResponseMessage): SingleVerdict {
    const asker = otherSide(message.from);
    // The server could not tell which request failed: the client is told as much.
    if (message.id === null) return forwardAnswer(message, undefined);
    if (this.open[asker].isWithheld(message.id.key))
      return drop(message, INVALID_REQUEST, `the ${message.from} was never sent this request`, undefined);
    const answers = this.open[asker].close(message.id.key);
    if (answers === undefined)
      return drop(message, INVALID_REQUEST, `the ${asker} waits for no answer with this id`, undefined);
    if (asker === 'client') this.learn(message, answers);
    return forwardAnswer(message, answers);
  }

  private learn(
    message: ResponseMessage,
    request: OpenRequest & { readonly listing: ListingPlace | undefined },
  ): void {
    if (message.outcome.kind !== 'result') return;
    const { value } = message.outcome;
    if (request.normalizedMethod === 'initialize') this.negotiated = readNegotiatedVersion(value);
    const page = request.listing === undefined ? undefined : readToolPage(value);
    if (page !== undefined && request.listing !== undefined) this.toolNames.learn(page, request.listing);
  }

  private takeInvalid(message: InvalidMessage): RefuseVerdict | DropVerdict {
    const { from, id, shape, code, reason } = message;
    if (shape === 'notification') return drop(message, code, reason, undefined);
    const isAnswer = shape === 'response' || (shape === 'unknown' && from === 'server');
    if (isAnswer) return drop(message, code, reason, this.fail(from, id));
    // What a server writes besides messages is no request: only one that names its id wants an answer.
    if (from === 'server' && id === null) return drop(message, code, reason, undefined);
    return refuse(message, code, reason, id);
  }

  /** What becomes of an element of a batch that is not read. */
  private reject(message: SingleMessage, reason: string): SingleVerdict {
    switch (message.kind) {
      case 'invalid':
        return this.takeInvalid(message);
      case 'response':
        return drop(message, INVALID_REQUEST, reason, this.fail(message.from, message.id));
      case 'request':
      case 'notification':
        return refuseCall(message, INVALID_REQUEST, reason);
    }
  }

  /** Closes the request that an unacceptable answer belonged to; one that was never sent stays open. */
  private fail(from: Side, id: MessageId | null): OpenRequest | undefined {
    const asked = this.open[otherSide(from)];
    return id === null || asked.isWithheld(id.key) ? undefined : asked.close(id.key);
  }
}

/** Nothing is changed in an answer. */
const NO_EDITS: readonly TextEdit[] = [];

/** Written out, not spread from a common part: every answer makes one. */
function forwardAnswer(message: ResponseMessage, answers: OpenRequest | undefined): ForwardVerdict {
  return {
    action: 'forward',
    message,
    edits: NO_EDITS,
    call: undefined,
    opened: undefined,
    answers,
    cancels: undefined,
  };
}

function otherSide(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}

function spellingEdits(message: Call): TextEdit[] {
  const spelling = spellMethod(message.normalizedMethod);
  return spelling === undefined || spelling === message.method
    ? []
    : [replaceString(message.methodNode, spelling)];
}

function refuse(message: SingleMessage, code: number, reason: string, id: MessageId | null): RefuseVerdict {
  return { action: 'refuse', message, code, reason, id };
}

function drop(
  message: SingleMessage,
  code: number,
  reason: string,
  failed: OpenRequest | undefined,
): DropVerdict {
  return { action: 'drop', message, code, reason, failed };
}

/** A request is answered; a notification is not, JSON-RPC forbids it. */
function refuseCall(message: Call, code: number, reason: string): RefuseVerdict | DropVerdict {
  return message.kind === 'request'
    ? refuse(message, code, reason, message.id)
    : drop(message, code, reason, undefined);
}

/**
 * Starts the state of a new connection.
 * @throws MessageError `bad-limit` where `maxOpen` is no whole number from 1 to MAX_OPEN.
 */
export function createSession(options: SessionOptions = {}): Session {
  return new ConnectionState(options);
}
