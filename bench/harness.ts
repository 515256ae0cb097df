/** One thing that is timed: `run` does the work `count` times. */
export interface Contender {
  readonly name: string;
  readonly run: (count: number) => void;
}

export interface Measure {
  readonly name: string;
  /** Median nanoseconds of processor time for one operation. */
  readonly ns: number;
  /** Half the distance between the quartiles, relative to the median: the machine's noise. */
  readonly noise: number;
}

const ROUND_MS = 60;
const ROUNDS = 15;

/** The process' own time, its threads included: what else the machine does is not in it. */
function timeRound(contender: Contender, count: number): number {
  const start = process.cpuUsage();
  contender.run(count);
  const { user, system } = process.cpuUsage(start);
  return ((user + system) * 1000) / count;
}

/** How many operations fill a round. */
function calibrate(contender: Contender): number {
  for (let count = 1; ; count *= 4) {
    const total = timeRound(contender, count) * count;
    if (total > (ROUND_MS * 1e6) / 8) return Math.max(1, Math.round((count * ROUND_MS * 1e6) / total));
  }
}

function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/**
 * Times contenders in turns, round by round, so that a busy machine disturbs all of them alike, and gives
 * the median of each.
 */
export function measure(contenders: readonly Contender[], rounds = ROUNDS): Measure[] {
  // Twice: the first time, much of what runs is not compiled yet.
  contenders.forEach(calibrate);
  const counts = contenders.map(calibrate);
  const times: number[][] = contenders.map(() => []);
  for (let round = 0; round < rounds; round++) {
    contenders.forEach((contender, index) => {
      times[index]?.push(timeRound(contender, counts[index] ?? 1));
    });
  }
  return contenders.map(({ name }, index) => {
    const sorted = [...(times[index] ?? [])].sort((a, b) => a - b);
    const median = quantile(sorted, 0.5);
    return { name, ns: median, noise: (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / 2 / median };
  });
}

export function formatNs(ns: number): string {
  if (ns < 1e3) return `${ns.toFixed(0)} ns`;
  if (ns < 1e6) return `${(ns / 1e3).toFixed(2)} µs`;
  return `${(ns / 1e6).toFixed(2)} ms`;
}

/** Prints a table of measures with the ratio of each to the first: above 1 means slower than the first. */
export function printMeasures(title: string, measures: readonly Measure[], unit = 'operation'): void {
  const [first] = measures;
  console.log(`\n${title}`);
  const width = Math.max(...measures.map(({ name }) => name.length));
  for (const { name, ns, noise } of measures) {
    const ratio = first === undefined ? 1 : ns / first.ns;
    const rate = Math.round(1e9 / ns).toLocaleString('en-US');
    console.log(
      `  ${name.padEnd(width)}  ${formatNs(ns).padStart(10)} ±${(noise * 100).toFixed(0)} %  ${ratio.toFixed(2).padStart(8)}x  ${rate.padStart(13)} ${unit}s/s`,
    );
  }
}
