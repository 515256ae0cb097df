import type { OpenRequest } from '@agentpolicy/message';
import type { HoldJudgement } from './judgement.ts';

/** As many calls wait at once, and as many characters of theirs are kept. */
const MAX_HELD = 1000;
const MAX_CHARACTERS = 64 * 1024 * 1024;

/** A call that waits for something. The key is never used again. */
export interface HeldCall {
  readonly key: number;
  readonly call: HoldJudgement;
}

/** The calls that can't be decided yet. Each is given out once. */
export class HeldCalls {
  private readonly calls = new Map<number, HoldJudgement>();
  private characters = 0;
  private lastKey = 0;

  get size(): number {
    return this.calls.size;
  }

  /** Null where no more can be kept. */
  add(call: HoldJudgement): number | null {
    const { length } = call.message.text;
    if (this.calls.size >= MAX_HELD || this.characters + length > MAX_CHARACTERS) return null;
    this.characters += length;
    this.calls.set(++this.lastKey, call);
    return this.lastKey;
  }

  take(key: number): HoldJudgement | undefined {
    const call = this.calls.get(key);
    if (call === undefined) return undefined;
    this.calls.delete(key);
    this.characters -= call.message.text.length;
    return call;
  }

  /** Oldest first. */
  list(awaits: HoldJudgement['awaits']['kind']): readonly HeldCall[] {
    return [...this.calls].flatMap(([key, call]) => (call.awaits.kind === awaits ? [{ key, call }] : []));
  }

  find(request: OpenRequest): HeldCall | undefined {
    for (const [key, call] of this.calls) if (call.opened === request) return { key, call };
    return undefined;
  }
}
