import { FULL, type Problem } from '../endpoint.ts';
import type { OwnServer } from '../local-endpoint.ts';
import type { Entry } from './sessions.ts';

/** As many servers run at once for requests that stand alone, and as many are kept that nothing is asked of. */
const MOST_RUNNING = 100;
const MOST_IDLE = 4;

interface Idle {
  readonly identity: string;
  readonly entry: Entry<OwnServer>;
}

/**
 * Servers for requests of the stateless protocol. One serves one request at a time: what it says unasked is then said to
 * whom it is meant for. The next request of the same client finds it again.
 */
export class ServerPool {
  private readonly running = new Set<Entry<OwnServer>>();
  private idle: readonly Idle[] = [];
  private starting = 0;

  all(): readonly Entry<OwnServer>[] {
    return [...this.running];
  }

  /** A server that nothing is asked of, or a new one. */
  async take(
    identity: string,
    start: () => Promise<Entry<OwnServer> | Problem>,
  ): Promise<Entry<OwnServer> | Problem> {
    const found = this.idle.findLast((each) => each.identity === identity);
    if (found !== undefined) {
      this.idle = this.idle.filter((each) => each !== found);
      return found.entry;
    }
    if (this.running.size + this.starting >= MOST_RUNNING) return FULL;
    this.starting++;
    try {
      const entry = await start();
      if (!('status' in entry) && !entry.session.hasEnded) this.running.add(entry);
      return entry;
    } finally {
      this.starting--;
    }
  }

  /** The request is over. A server that still has something to do for it is ended. */
  release(identity: string, entry: Entry<OwnServer>): void {
    if (!this.running.has(entry)) return;
    if (!entry.session.isQuiet()) {
      void entry.link.end();
      return;
    }
    this.idle = [...this.idle, { identity, entry }];
    const [oldest] = this.idle;
    if (this.idle.length <= MOST_IDLE || oldest === undefined) return;
    this.idle = this.idle.slice(1);
    void oldest.entry.link.end();
  }

  /** The server has ended. */
  forget(entry: Entry<OwnServer>): void {
    this.running.delete(entry);
    this.idle = this.idle.filter((each) => each.entry !== entry);
  }
}
