import { createHash } from 'node:crypto';
import { CoreError, canonicalizeJson, getMember, type JsonNode } from '@agentpolicy/core';
import { readProtocolVersion } from '../mcp/protocol-version.ts';
import type { ToolCallParams } from '../mcp/tool-call.ts';
import type { NotificationMessage, RequestMessage } from '../messages/message.ts';
import type { OpenRequest } from './verdict.ts';

/** As many calls as are remembered at once; beyond that the oldest is forgotten and its retry is paid for. */
const MAX_REMEMBERED = 1000;

/** Digests of the calls that were answered with a question, and how often. */
export type AskedCalls = Map<string, number>;

/**
 * Calls of the stateless protocol (2026-07-28) that the server answered with a question (`input_required`). The client
 * repeats such a call with the answer: that retry takes no token of a rate limit, once.
 */
export class FreeRetries {
  /** Digest of each open call, by the key of its id. */
  private readonly open = new Map<string, string>();
  private readonly asked: AskedCalls;

  /** Where each request has a connection of its own, what was asked is remembered outside of them. */
  constructor(asked: AskedCalls = new Map()) {
    this.asked = asked;
  }

  /** A call was let through; `opened` is undefined where nobody waits for its answer. */
  watch(
    message: RequestMessage | NotificationMessage,
    opened: OpenRequest | undefined,
    call: ToolCallParams,
  ): void {
    if (opened === undefined || message.kind !== 'request') return;
    if (readProtocolVersion(message) === undefined) return;
    const key = digest(call);
    if (key === null) return;
    forgetOldest(this.open);
    this.open.set(opened.id.key, key);
  }

  /** A call is answered; `result` is null where the answer is an error or does not go on to the client. */
  answered(request: OpenRequest, result: JsonNode | null): void {
    const key = this.open.get(request.id.key);
    if (key === undefined) return;
    this.open.delete(request.id.key);
    const type = result?.kind === 'object' ? getMember(result, 'resultType') : undefined;
    if (type?.kind !== 'string' || type.value !== 'input_required') return;
    forgetOldest(this.asked);
    this.asked.set(key, (this.asked.get(key) ?? 0) + 1);
  }

  /** True where the call repeats, with an answer, one that was asked about; it is so only once. */
  redeem({ params }: RequestMessage | NotificationMessage, call: ToolCallParams): boolean {
    if (this.asked.size === 0 || params === undefined) return false;
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

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size < MAX_REMEMBERED) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
