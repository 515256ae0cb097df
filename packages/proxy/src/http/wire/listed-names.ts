import { normalizeName } from '@agentpolicy/core';

/** A page of a server's list, by where it stands: null for the first one and after the last one. */
export interface PagePlace {
  readonly cursor: string | null;
  readonly next: string | null;
}

/**
 * How a server spells its tools, learned from the lists that any of its clients asked for: without sessions, who calls
 * a tool need not have listed it just before.
 */
export class ListedNames {
  /** By their normalized form. */
  private readonly spellings = new Map<string, Set<string>>();
  /** Where the pages that were seen without a gap go on. */
  private next: string | null = null;
  private isWhole = false;

  add(name: string, normalizedName: string): void {
    this.spellings.set(normalizedName, (this.spellings.get(normalizedName) ?? new Set()).add(name));
  }

  remove(name: string, normalizedName: string): void {
    const names = this.spellings.get(normalizedName);
    names?.delete(name);
    if (names?.size === 0) this.spellings.delete(normalizedName);
  }

  takePage({ cursor, next }: PagePlace): void {
    if (cursor !== null && cursor !== this.next) return;
    this.next = next;
    if (next === null) this.isWhole = true;
  }

  /** The listed names that a call may mean: its own, or else all that equal it once normalized. */
  find(name: string): readonly string[] {
    const known = this.spellings.get(normalizeName(name));
    return known?.has(name) === true ? [name] : [...(known ?? [])];
  }

  /** The same, but for what the list does not settle: a page that was never seen may have the very name. */
  settle(name: string): readonly string[] {
    const found = this.find(name);
    return found.length > 1 || this.isWhole ? found : [];
  }
}
