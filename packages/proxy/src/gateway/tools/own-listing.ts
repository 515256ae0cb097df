import { getMember, type JsonNode } from '@agentpolicy/core';
import { escapeSeparators, type OpenRequest, OWN_ID_PREFIX, type RequestMessage } from '@agentpolicy/message';

/** A server that gives more pages than these is not asked for the next. */
const MAX_PAGES = 1000;

/** What a request of the stateless protocol (2026-07-28) says about its sender stands under such keys. */
const SENDER_KEYS = 'io.modelcontextprotocol/';

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
