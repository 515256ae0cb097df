import type { MessageId, RequestMessage } from '../messages/message.ts';
import { copyText, keepText } from './keep-text.ts';
import type { OpenRequest } from './verdict.ts';

/** Where a `tools/list` stands among the pages of one listing. */
export interface ListingPlace {
  readonly isFirst: boolean;
  /** Which listing was under way when the page was asked for. */
  readonly generation: number;
}

interface Entry extends OpenRequest {
  cancelled: boolean;
  /** The other side was never sent it. */
  isWithheld: boolean;
  readonly listing: ListingPlace | undefined;
}

/** Whole, since its length is bounded where it is read. */
function keepId({ key, text, value }: MessageId): MessageId {
  return {
    key: copyText(key),
    text: copyText(text),
    value: typeof value === 'string' ? copyText(value) : value,
  };
}

/** The requests of one side that wait for an answer: never more than `limit`. */
export class OpenRequests {
  private readonly entries = new Map<string, Entry>();
  private readonly cancelled = new Set<string>();
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Why no request with this id can be opened now. A cancelled one gives way when there is no room. */
  check(id: MessageId): 'open' | 'full' | undefined {
    if (this.entries.has(id.key)) return 'open';
    return this.entries.size >= this.limit && this.cancelled.size === 0 ? 'full' : undefined;
  }

  /** Opens a request that `check` has nothing against. */
  open(message: RequestMessage, tool: string | undefined, listing: ListingPlace | undefined): OpenRequest {
    if (this.entries.size >= this.limit) this.forgetOldestCancelled();
    const entry: Entry = {
      from: message.from,
      id: keepId(message.id),
      method: keepText(message.method),
      normalizedMethod: keepText(message.normalizedMethod),
      tool: tool === undefined ? undefined : keepText(tool),
      cancelled: false,
      isWithheld: false,
      listing,
    };
    this.entries.set(entry.id.key, entry);
    return entry;
  }

  withhold(key: string): void {
    const entry = this.entries.get(key);
    if (entry !== undefined) entry.isWithheld = true;
  }

  isWithheld(key: string): boolean {
    return this.entries.get(key)?.isWithheld === true;
  }

  close(key: string): Entry | undefined {
    const entry = this.entries.get(key);
    this.entries.delete(key);
    this.cancelled.delete(key);
    return entry;
  }

  cancel(key: string): OpenRequest | undefined {
    const entry = this.entries.get(key);
    // The specification forbids to cancel `initialize`: its answer is waited for all the same.
    if (entry === undefined || entry.normalizedMethod === 'initialize') return undefined;
    entry.cancelled = true;
    this.cancelled.add(key);
    return entry;
  }

  list(): readonly OpenRequest[] {
    return [...this.entries.values()];
  }

  private forgetOldestCancelled(): void {
    for (const key of this.cancelled) {
      this.close(key);
      return;
    }
  }
}
