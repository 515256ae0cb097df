import { createHash } from 'node:crypto';
import { CoreError, canonicalizeJson, getMember, type JsonNode } from '@agentpolicy/core';
import {
  type ForwardVerdict,
  type NotificationMessage,
  type OpenRequest,
  type RequestMessage,
  readProtocolVersion,
  type ToolCallParams,
} from '@agentpolicy/message';

/** As many calls as are remembered at once; beyond that the oldest is forgotten and its retry is paid for. */
const MAX_REMEMBERED = 1000;

type Call = RequestMessage | NotificationMessage;

/** Digests of the calls that were answered with a question, and how often. */
export type AskedCalls = Map<string, number>;

/**
 * Calls of the stateless protocol (2026-07-28) that the server answered with a question. The client repeats
 * such a call with the answer: that retry has been paid for, once.
 */
export class FreeRetries {
  /** Digest of each open call, by the key of its id. */
  private readonly open = new Map<string, string>();
  private readonly asked: AskedCalls;

  /** Where each request has a gateway of its own, what was asked is remembered outside of them. */
  constructor(asked: AskedCalls = new Map()) {
    this.asked = asked;
  }

  /** A call was let through. */
  watch(verdict: ForwardVerdict, call: ToolCallParams): void {
    const { opened, message } = verdict;
    if (opened === undefined || message.kind !== 'request') return;
    if (readProtocolVersion(message) === undefined) return;
    const key = digest(call);
    if (key === null) return;
    limit(this.open);
    this.open.set(opened.id.key, key);
  }

  /** An answer goes to the client. */
  answered(request: OpenRequest, result: JsonNode | null): void {
    const key = this.open.get(request.id.key);
    if (key === undefined) return;
    this.open.delete(request.id.key);
    const type = result?.kind === 'object' ? getMember(result, 'resultType') : undefined;
    if (type?.kind !== 'string' || type.value !== 'input_required') return;
    limit(this.asked);
    this.asked.set(key, (this.asked.get(key) ?? 0) + 1);
  }

  /** True where the call repeats, with an answer, one that was asked about; it is so only once. */
  redeem(message: Call, call: ToolCallParams): boolean {
    if (this.asked.size === 0 || message.params === undefined) return false;
    const { params } = message;
    if (getMember(params, 'inputResponses') === undefined && getMember(params, 'requestState') === undefined)
      return false;
    const key = digest(call);
    if (key === null) return false;
    const count = this.asked.get(key);
    if (count === undefined) return false;
    if (count === 1) this.asked.delete(key);
    else this.asked.set(key, count - 1);
    return true;
  }
}

/** What tells calls apart; null where the arguments are too long to be written: such a call is always paid for. */
function digest(call: ToolCallParams): string | null {
  try {
    return createHash('sha256')
      .update(`${call.normalizedName}\0${canonicalizeJson(call.arguments)}`)
      .digest('base64');
  } catch (failure) {
    if (failure instanceof CoreError && failure.code === 'too-long') return null;
    throw failure;
  }
}

function limit(map: Map<string, unknown>): void {
  if (map.size < MAX_REMEMBERED) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
