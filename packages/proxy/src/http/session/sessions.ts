import type { HttpSession } from './http-session.ts';

/** More than this many sessions are not kept: the one that was idle longest gives way. */
const MOST_SESSIONS = 200;

export interface Entry<Link> {
  readonly session: HttpSession;
  readonly link: Link;
}

/** The sessions that are known, by their ids. */
export class Sessions<Link> {
  private readonly entries = new Map<string, Entry<Link>>();
  private reserved = 0;
  private readonly onDrop: (entry: Entry<Link>) => void;

  constructor(onDrop: (entry: Entry<Link>) => void) {
    this.onDrop = onDrop;
  }

  get(id: string): Entry<Link> | undefined {
    const entry = this.entries.get(id);
    if (entry !== undefined) {
      this.entries.delete(id);
      this.entries.set(id, entry);
    }
    return entry;
  }

  /** Keeps a place for a session that is about to begin; false where there are too many, and none is idle. */
  reserve(): boolean {
    if (this.isFull && !this.dropIdle()) return false;
    this.reserved++;
    return true;
  }

  /** Gives a place back that was kept. */
  release(): void {
    this.reserved--;
  }

  /** False where there are too many, and none is idle. */
  add(id: string, entry: Entry<Link>): boolean {
    if (this.isFull && !this.dropIdle()) return false;
    this.entries.set(id, entry);
    return true;
  }

  drop(id: string): void {
    const entry = this.entries.get(id);
    if (entry === undefined) return;
    this.entries.delete(id);
    this.onDrop(entry);
  }

  all(): readonly Entry<Link>[] {
    return [...this.entries.values()];
  }

  private get isFull(): boolean {
    return this.entries.size + this.reserved >= MOST_SESSIONS;
  }

  private dropIdle(): boolean {
    for (const [id, { session }] of this.entries) {
      if (!session.isIdle()) continue;
      this.drop(id);
      return true;
    }
    return false;
  }
}
