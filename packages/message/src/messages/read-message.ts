import {
  JSON_RPC_ERRORS,
  type JsonError,
  type JsonNode,
  type JsonObject,
  MAX_NAME_LENGTH,
  normalizeName,
  readJson,
} from '@agentpolicy/core';
import { readId } from './ids.ts';
import { findLookAlike } from './look-alikes.ts';
import type {
  InvalidMessage,
  Message,
  MessageId,
  MessageLimits,
  MessageShape,
  Side,
  SingleMessage,
} from './message.ts';
import { outlineDamaged } from './outline.ts';
import { quoteForPeople, tameText } from './quote.ts';

export const DEFAULT_MAX_BATCH = 1000;

const PARSE_ERROR = JSON_RPC_ERRORS.parseError.code;
const INVALID_REQUEST = JSON_RPC_ERRORS.invalidRequest.code;
const INVALID_PARAMS = JSON_RPC_ERRORS.invalidParams.code;

/** A line holds no raw control character at all: some readers take one between two tokens for a line's end. */
const RAW_CONTROL = /[\u0000-\u001f]/;

const LONGEST_REASON = 200;

/** The members of a message that decide its kind. */
interface Envelope {
  jsonrpc: JsonNode | undefined;
  id: JsonNode | undefined;
  method: JsonNode | undefined;
  params: JsonNode | undefined;
  result: JsonNode | undefined;
  error: JsonNode | undefined;
}

function readEnvelope(root: JsonObject): Envelope {
  const found: Envelope = {
    jsonrpc: undefined,
    id: undefined,
    method: undefined,
    params: undefined,
    result: undefined,
    error: undefined,
  };
  for (const { key, value } of root.members) {
    switch (key) {
      case 'jsonrpc':
      case 'id':
      case 'method':
      case 'params':
      case 'result':
      case 'error':
        found[key] = value;
    }
  }
  return found;
}

function shapeOf(envelope: Envelope): MessageShape {
  const isAnswer = envelope.result !== undefined || envelope.error !== undefined;
  if ((envelope.method !== undefined) === isAnswer) return 'unknown';
  return isAnswer ? 'response' : 'request';
}

/** Reads one message that is an object. Its rules stand in the order in which they are reported. */
class SingleReader {
  private readonly root: JsonObject;
  private readonly text: string;
  private readonly from: Side;
  private readonly envelope: Envelope;

  constructor(root: JsonObject, text: string, from: Side) {
    this.root = root;
    this.text = text;
    this.from = from;
    this.envelope = readEnvelope(root);
  }

  read(): SingleMessage {
    const { jsonrpc, method, params, result, error } = this.envelope;
    const twin = findLookAlike(this.root);
    if (twin !== undefined) return this.refuseLookAlike(twin, 'the message');
    if (jsonrpc?.kind !== 'string' || jsonrpc.value !== '2.0')
      return this.refuse(INVALID_REQUEST, '`jsonrpc` is not the string "2.0"');
    if (method !== undefined) {
      if (result !== undefined || error !== undefined)
        return this.refuse(
          INVALID_REQUEST,
          'the message has a method and an outcome: it is no request and no answer',
        );
      return this.readCall(method, params);
    }
    if (result !== undefined && error !== undefined)
      return this.refuse(INVALID_REQUEST, 'the answer has both `result` and `error`');
    if (result !== undefined || error !== undefined) return this.readResponse(result, error);
    return this.refuse(INVALID_REQUEST, 'the message has none of `method`, `result` and `error`');
  }

  private readCall(method: JsonNode, params: JsonNode | undefined): SingleMessage {
    if (method.kind !== 'string') return this.refuse(INVALID_REQUEST, '`method` is not a string');
    if (method.value.length > MAX_NAME_LENGTH)
      return this.refuse(INVALID_REQUEST, `\`method\` is longer than ${MAX_NAME_LENGTH} characters`);
    const { root, text, from } = this;
    const idNode = this.envelope.id;
    const id = idNode === undefined ? undefined : readId(idNode, text, false);
    if (id?.ok === false) return this.refuse(INVALID_REQUEST, id.problem);
    const shape = id === undefined ? 'notification' : 'request';
    if (params !== undefined && params.kind !== 'object' && params.kind !== 'null')
      return this.refuse(INVALID_PARAMS, '`params` is not an object', shape);
    const given = params?.kind === 'object' ? params : undefined;
    const twin = given === undefined ? undefined : findLookAlike(given);
    if (twin !== undefined) return this.refuseLookAlike(twin, '`params`', shape);
    const call = {
      from,
      text,
      method: method.value,
      normalizedMethod: normalizeName(method.value),
      methodNode: method,
      params: given,
      root,
    };
    return id === undefined ? { kind: 'notification', ...call } : { kind: 'request', id: id.id, ...call };
  }

  private readResponse(result: JsonNode | undefined, error: JsonNode | undefined): SingleMessage {
    const { root, text, from } = this;
    const id = this.readResponseId(error !== undefined);
    if (typeof id === 'string') return this.refuse(INVALID_REQUEST, id);
    if (error !== undefined) {
      if (error.kind !== 'object') return this.refuse(INVALID_REQUEST, '`error` is not an object');
      return { kind: 'response', from, text, id, outcome: { kind: 'error', value: error }, root };
    }
    if (result === undefined) return this.refuse(INVALID_REQUEST, 'the answer has no outcome');
    const twin = result.kind === 'object' ? findLookAlike(result) : undefined;
    if (twin !== undefined) return this.refuseLookAlike(twin, '`result`');
    return { kind: 'response', from, text, id, outcome: { kind: 'result', value: result }, root };
  }

  /** The id of an answer, null where a server's error has none, or what is wrong with it. */
  private readResponseId(isError: boolean): MessageId | null | string {
    const node = this.envelope.id;
    if (node === undefined || node.kind === 'null')
      return isError && this.from === 'server' ? null : 'the answer has no id';
    const id = readId(node, this.text, this.from === 'server');
    return id.ok ? id.id : id.problem;
  }

  private refuseLookAlike(key: string, place: string, shape?: MessageShape): InvalidMessage {
    return this.refuse(
      INVALID_REQUEST,
      `the key ${quoteForPeople(key)} in ${place} differs from a field of the protocol only in case or spelling`,
      shape,
    );
  }

  private refuse(
    code: InvalidMessage['code'],
    reason: string,
    shape: MessageShape = shapeOf(this.envelope),
  ): InvalidMessage {
    const node = this.envelope.id;
    const id = node === undefined ? undefined : readId(node, this.text, true);
    return {
      kind: 'invalid',
      from: this.from,
      text: this.text,
      code,
      reason,
      id: id?.ok === true ? id.id : null,
      shape,
    };
  }
}

function readSingle(node: JsonNode, text: string, from: Side): SingleMessage {
  if (node.kind === 'object') return new SingleReader(node, text, from).read();
  return {
    kind: 'invalid',
    from,
    text,
    code: INVALID_REQUEST,
    reason: 'the message is not an object',
    id: null,
    shape: 'unknown',
  };
}

function readDamaged(
  text: string,
  from: Side,
  code: InvalidMessage['code'],
  problem: string,
): InvalidMessage {
  return {
    kind: 'invalid',
    from,
    text,
    code,
    reason: tameText(problem, LONGEST_REASON),
    ...outlineDamaged(text),
  };
}

/** A repeated key is not told: cut and tamed here, it would pass whoever looks for secrets in reasons. */
function describeProblem({ code, message }: JsonError): string {
  return code === 'duplicate-key' ? 'a key is repeated' : message;
}

/**
 * Reads one JSON-RPC message (or a batch) so that there is one way to understand it: what is judged is what
 * the other side reads. Never throws; whatever could be read in two ways comes back as `invalid`, with the
 * JSON-RPC error code to answer and the id to answer it to.
 */
export function readMessage(text: string, from: Side, limits: MessageLimits = {}): Message {
  const read = readJson(text, limits.maxDepth === undefined ? {} : { maxDepth: limits.maxDepth });
  if (!read.ok) {
    const { code, offset } = read.error;
    const isJson = code === 'duplicate-key' || code === 'number-range' || code === 'too-deep';
    return readDamaged(
      text,
      from,
      isJson ? INVALID_REQUEST : PARSE_ERROR,
      `at character ${offset + 1}: ${describeProblem(read.error)}`,
    );
  }
  if (RAW_CONTROL.test(text)) {
    const reason = `at character ${text.search(RAW_CONTROL) + 1}: a raw control character between two values`;
    return readDamaged(text, from, PARSE_ERROR, reason);
  }
  if (read.value.kind !== 'array') return readSingle(read.value, text, from);
  return readBatch(read.value.items, text, from, limits);
}

function readBatch(items: readonly JsonNode[], text: string, from: Side, limits: MessageLimits): Message {
  const most = limits.maxBatch ?? DEFAULT_MAX_BATCH;
  const refuse = (reason: string): InvalidMessage => ({
    kind: 'invalid',
    from,
    text,
    code: INVALID_REQUEST,
    reason,
    id: null,
    shape: 'unknown',
  });
  if (items.length === 0) return refuse('the batch is empty');
  // Written so that a limit that is no number refuses every batch.
  if (!(items.length <= most)) return refuse(`the batch holds ${items.length} messages, more than ${most}`);
  const elements = items.map((item): SingleMessage => {
    // Read again from its own text, so that an element's offsets are its own and it can be forwarded alone.
    const own = text.slice(item.start, item.end);
    const element = readJson(own, limits.maxDepth === undefined ? {} : { maxDepth: limits.maxDepth });
    return element.ok
      ? readSingle(element.value, own, from)
      : readDamaged(own, from, INVALID_REQUEST, describeProblem(element.error));
  });
  return { kind: 'batch', from, text, elements };
}
