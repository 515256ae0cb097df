import type { CoverageItem, PolicyCoverage } from '@agentpolicy/test-runner';
import { readHead } from '../../input/read-text.ts';

/** Bytes of a policy that is shown. */
const MAX_SHOWN = 64 * 1024 * 1024;

/** A line of a policy with the entries that start on it. */
export interface SourceLine {
  readonly number: number;
  readonly text: string;
  readonly items: readonly CoverageItem[];
}

/** The policy's lines; null where its text is not at hand, as for a compiled table. */
export function readSourceLines({ items }: PolicyCoverage, path: string): readonly SourceLine[] | null {
  if (items.every(({ place }) => place === null)) return null;
  let text: string;
  try {
    text = readHead(path, MAX_SHOWN).toString('utf8');
  } catch {
    return null;
  }
  const byLine = groupByLine(items);
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, at) => ({ number: at + 1, text: line, items: byLine.get(at + 1) ?? [] }));
}

/** The entries by the line that they start on; those without a place are left out. */
export function groupByLine(items: readonly CoverageItem[]): ReadonlyMap<number, readonly CoverageItem[]> {
  const found = new Map<number, CoverageItem[]>();
  for (const item of items) {
    if (item.place === null) continue;
    const here = found.get(item.place.line) ?? [];
    here.push(item);
    found.set(item.place.line, here);
  }
  return found;
}

/** The outcomes of entries that never came. */
export function listMissing(items: readonly CoverageItem[]): readonly string[] {
  return items.flatMap(({ outcomes }) => outcomes.filter(({ count }) => count === 0).map(({ name }) => name));
}

/** `accepted 3, rejected 0`. */
export function describeOutcomes({ outcomes }: CoverageItem): string {
  return outcomes.map(({ name, count }) => `${name} ${count}`).join(', ');
}
