/** A clock that only moves when it is told to: what happens in a test takes no time of its own. */
export interface VirtualClock {
  /** Milliseconds. */
  readonly now: () => number;
  /** Calls `action` when the clock reaches `now + delayMs`; the returned function takes that back. */
  schedule(delayMs: number, action: () => void): () => void;
  /** Moves the clock; what was scheduled up to then happens in the order of its time. */
  advance(ms: number): void;
  /** Sets the clock to a recorded time, also to an earlier one. Nothing that was scheduled happens. */
  set(now: number): void;
}

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly action: () => void;
}

/** Makes a clock that stands at `start` milliseconds. */
export function createVirtualClock(start = 0): VirtualClock {
  let now = start;
  let order = 0;
  const timers = new Set<Timer>();

  function nextDue(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of timers) {
      if (timer.at > until) continue;
      if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order))
        next = timer;
    }
    return next;
  }

  return {
    now: () => now,
    schedule(delayMs, action) {
      const timer = { at: now + delayMs, order: order++, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    advance(ms) {
      const until = now + ms;
      for (let timer = nextDue(until); timer !== undefined; timer = nextDue(until)) {
        timers.delete(timer);
        now = Math.max(now, timer.at);
        timer.action();
      }
      now = until;
    },
    set(time) {
      now = time;
    },
  };
}
