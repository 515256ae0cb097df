const MINUTE = 60_000;

/** Tells whether one more question may be asked, and counts it where it may. */
export type PromptLimit = () => boolean;

/** At most so many questions in any minute. The clock gives milliseconds, of which only differences count. */
export function createPromptLimit(perMinute: number, clock: () => number): PromptLimit {
  let recent: number[] = [];
  return () => {
    const now = clock();
    recent = recent.filter((time) => now - time < MINUTE);
    if (recent.length >= perMinute) return false;
    recent.push(now);
    return true;
  };
}
