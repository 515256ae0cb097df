import { canonicalizeJson, getMember, type JsonNode } from '@agentpolicy/core';
import {
  type NotificationMessage,
  type OpenRequest,
  type RequestMessage,
  readProtocolVersion,
  type ToolCallParams,
} from '@agentpolicy/message';

/** As many calls as are remembered at once; the oldest gives way. */
const MAX_REMEMBERED = 1000;

/**
 * Calls that the server answered with a question (protocol 2026-07-28, `input_required`): the client repeats
 * such a call with its answer, and that one retry takes no token of a rate limit.
 */
export class PaidRetries {
  private readonly open = new Map<string, string>();
  private readonly asked = new Map<string, number>();

  /** A call was let through. */
  watch(message: RequestMessage | NotificationMessage, call: ToolCallParams): void {
    if (message.kind !== 'request' || readProtocolVersion(message) === undefined) return;
    forgetOldest(this.open);
    this.open.set(message.id.key, keyOf(call));
  }

  /** The answer to a call passes; `result` is null where it is an error or does not pass. */
  answered(request: OpenRequest, result: JsonNode | null): void {
    const key = this.open.get(request.id.key);
    if (key === undefined) return;
    this.open.delete(request.id.key);
    const type = result?.kind === 'object' ? getMember(result, 'resultType') : undefined;
    if (type?.kind !== 'string' || type.value !== 'input_required') return;
    forgetOldest(this.asked);
    this.asked.set(key, (this.asked.get(key) ?? 0) + 1);
  }

  /** True, once, where the call repeats one that was asked about. */
  redeem(message: RequestMessage | NotificationMessage, call: ToolCallParams): boolean {
    const { params } = message;
    if (this.asked.size === 0 || params === undefined) return false;
    if (getMember(params, 'inputResponses') === undefined && getMember(params, 'requestState') === undefined)
      return false;
    const key = keyOf(call);
    const count = this.asked.get(key);
    if (count === undefined) return false;
    if (count > 1) this.asked.set(key, count - 1);
    else this.asked.delete(key);
    return true;
  }
}

function keyOf(call: ToolCallParams): string {
  return `${call.normalizedName}\n${canonicalizeJson(call.arguments)}`;
}

function forgetOldest(map: Map<string, unknown>): void {
  if (map.size < MAX_REMEMBERED) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
