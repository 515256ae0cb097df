import { type JsonObject, normalizeName } from '@agentpolicy/core';
import type { Engine } from '@agentpolicy/engine';
import { DECISIONS, type ExpectedDecision } from './expectation.ts';

/** A rule of another tool that decides a call as it was expected. */
export interface NearRule {
  /** As the policy writes it. */
  readonly tool: string;
  readonly pointer: string;
}

/** Longer than the period of every rate limit: each question finds full buckets. */
const PAUSE_MS = 1000 * 24 * 60 * 60 * 1000;

/** Names are compared up to here. */
const MAX_NAME = 100;

/** Asks what other rules would make of a call; made once for a suite, since engines cost something. */
export class NearRules {
  private readonly makeEngine: (clock: () => number) => Engine;
  private now = 0;
  private engine: Engine | undefined;

  constructor(makeEngine: (clock: () => number) => Engine) {
    this.makeEngine = makeEngine;
  }

  /** The rule whose tool's name is nearest, of those that give the expected decision; null where none does. */
  find(tool: string, args: JsonObject, wanted: ExpectedDecision): NearRule | null {
    this.engine ??= this.makeEngine(() => this.now);
    const { engine } = this;
    const called = normalizeName(tool);
    let best: { readonly rule: NearRule; readonly distance: number } | undefined;
    for (const { name, display } of engine.table.tools) {
      if (name === called) continue;
      const distance = measureDistance(called, name);
      // The rule of a tool that is called quite differently explains nothing.
      if (distance > Math.max(called.length, name.length) / 2) continue;
      if (best !== undefined && distance >= best.distance) continue;
      this.now += PAUSE_MS;
      const { decision, pointer } = engine.decideToolCall({ name: display, args });
      if (DECISIONS[decision] === wanted && pointer !== null)
        best = { rule: { tool: display, pointer }, distance };
    }
    return best?.rule ?? null;
  }
}

/** How many letters have to be changed, added or left out to make one name of the other (Levenshtein). */
function measureDistance(left: string, right: string): number {
  const a = left.slice(0, MAX_NAME);
  const b = right.slice(0, MAX_NAME);
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
