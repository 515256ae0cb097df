import type { Scanner } from '@agentpolicy/engine';
import { tameOutput } from '../text/printable.ts';
import { createTextFilter, type TextFilter } from './text-filter.ts';

export interface StderrFilterOptions {
  /** Null where nothing is taken out. */
  readonly scanner: Scanner | null;
  /** What the server writes may steer the terminal. */
  readonly raw: boolean;
  /** Told what was taken out. */
  readonly onMatch: (rule: string, count: number) => void;
}

/** Colours say nothing, and are left out. */
const COLOURS = /\u001b\[[0-9;:]*m/g;

const SCAN_NOTHING: Pick<Scanner, 'scanText'> = {
  scanText: (text) => ({ text, events: [], truncated: false }),
};

/**
 * What a server writes to standard error as the operator's terminal may get it: what is not allowed out is taken out
 * first, and what would move the cursor, hide or imitate a line of the proxy's becomes an escape. Null where every
 * byte passes.
 */
export function createStderrFilter({ scanner, raw, onMatch }: StderrFilterOptions): TextFilter | null {
  if (raw) return scanner === null ? null : createTextFilter(scanner, onMatch);
  const filter = createTextFilter(scanner ?? SCAN_NOTHING, onMatch);
  return {
    push: (chunk) => tameLines(filter.push(chunk)),
    end: () => tameLines(filter.end()),
  };
}

/** Line ends stay, those of Windows as a line feed. */
function tameLines(text: string): string {
  return text
    .split('\n')
    .map((line) => tameOutput((line.endsWith('\r') ? line.slice(0, -1) : line).replace(COLOURS, '')))
    .join('\n');
}
