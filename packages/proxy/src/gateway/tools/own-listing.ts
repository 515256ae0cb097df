import { getMember, type JsonNode } from '@agentpolicy/core';
import {
  escapeSeparators,
  type Message,
  type MessageId,
  type NotificationMessage,
  type OpenRequest,
  type RequestMessage,
  type SingleMessage,
} from '@agentpolicy/message';

/** Ids of the proxy's own requests begin so; neither side can use one. */
export const OWN_ID_PREFIX = 'aip-proxy:';

/** A server that gives more pages than these is not asked for the next. */
const MAX_PAGES = 1000;

/** What a request of the stateless protocol (2026-07-28) says about its sender stands under such keys. */
const SENDER_KEYS = 'io.modelcontextprotocol/';

/** True for the id of a request that the proxy makes. */
export function isReserved(id: MessageId): boolean {
  return typeof id.value === 'string' && id.value.startsWith(OWN_ID_PREFIX);
}

/** Turns messages that speak of the proxy's own requests into ones that are refused. */
export function refuseReserved(message: Message): Message {
  if (message.kind !== 'batch') return refuseOne(message);
  return { ...message, elements: message.elements.map(refuseOne) };
}

function refuseOne(message: SingleMessage): SingleMessage {
  if (message.kind === 'request' && isReserved(message.id)) return invalid(message, message.id);
  if (message.kind !== 'notification' || message.normalizedMethod !== 'notifications/cancelled')
    return message;
  const named = message.params === undefined ? undefined : getMember(message.params, 'requestId');
  return named?.kind === 'string' && named.value.startsWith(OWN_ID_PREFIX) ? invalid(message, null) : message;
}

function invalid(message: RequestMessage | NotificationMessage, id: MessageId | null): SingleMessage {
  const { from, text, kind } = message;
  return {
    kind: 'invalid',
    from,
    text,
    code: -32600,
    reason: `ids that begin with \`${OWN_ID_PREFIX}\` are reserved`,
    id,
    shape: kind,
  };
}

/** Asks a server for its whole list of tools, one page after the other, beside what its client asks. */
export class OwnListing {
  private requests = 0;
  private pages = 0;
  private meta = '';
  /** The request that is open now. */
  private current: OpenRequest | null = null;
  private since: number | null = null;

  get isRunning(): boolean {
    return this.current !== null;
  }

  isCurrent(request: OpenRequest): boolean {
    return request === this.current;
  }

  /** The text of the first request, in the name of the call that needs it. */
  begin(call: RequestMessage): string {
    this.meta = copySender(call);
    this.pages = 0;
    this.since = null;
    return this.format(null);
  }

  /** The text of the request for the next page; null where there is none, or there are too many. */
  proceed(result: JsonNode, text: string): string | null {
    const cursor = result.kind === 'object' ? getMember(result, 'nextCursor') : undefined;
    if (cursor?.kind !== 'string' || ++this.pages >= MAX_PAGES) return null;
    return this.format(text.slice(cursor.start, cursor.end));
  }

  opened(request: OpenRequest): void {
    this.current = request;
  }

  end(): void {
    this.current = null;
  }

  /** Whether all of it takes longer than it may. */
  isLate(now: number, limit: number): boolean {
    if (this.current === null) return false;
    this.since ??= now;
    return now - this.since >= limit;
  }

  private format(cursor: string | null): string {
    const members = [cursor === null ? '' : `"cursor":${cursor}`, this.meta].filter((part) => part !== '');
    const params = members.length === 0 ? '' : `,"params":{${members.join(',')}}`;
    return escapeSeparators(
      `{"jsonrpc":"2.0","id":"${OWN_ID_PREFIX}${++this.requests}","method":"tools/list"${params}}`,
    );
  }
}

function copySender({ params, text }: RequestMessage): string {
  const meta = params === undefined ? undefined : getMember(params, '_meta');
  if (meta?.kind !== 'object') return '';
  const kept = meta.members.filter(({ key }) => key.startsWith(SENDER_KEYS));
  if (kept.length === 0) return '';
  return `"_meta":{${kept.map(({ keyStart, value }) => text.slice(keyStart, value.end)).join(',')}}`;
}
