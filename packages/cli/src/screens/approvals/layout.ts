import type { TerminalSize } from '../terminal/open-screen.ts';
import { wrapCells } from '../text/cells.ts';
import type { AskedCall } from './call.ts';
import type { ConsoleState } from './state.ts';
import { findSelected } from './state.ts';

/** The header, the line for notices and the line of keys. */
const FRAME_ROWS = 3;

/** As many rows for a call must be there before all that is known of it is shown at once. */
const ROOMY = 9;

/** How many rows each part of the screen has. */
export interface Layout {
  readonly width: number;
  /** Rows between the header and the notices. */
  readonly body: number;
  readonly list: number;
  readonly details: number;
  /** Whether lines stand between the parts. */
  readonly hasRules: boolean;
}

/** Divides the screen; the last row stays free, because a line that ends there would scroll. */
export function divideScreen({ columns, rows }: TerminalSize, calls: number): Layout {
  const body = Math.max(rows - 1 - FRAME_ROWS, 2);
  const hasRules = body >= ROOMY;
  const room = body - (hasRules ? 2 : 0);
  const list = Math.min(Math.max(calls, 1), Math.max(Math.floor(room / 3), 1));
  return { width: columns, body, list, details: room - list, hasRules };
}

/** What is said of a call before its arguments. */
export function listFacts({ tool, rule, place, server }: AskedCall, rows: number): readonly Fact[] {
  const facts: readonly Fact[] = [
    { label: 'Tool', text: tool, keep: 'start' },
    { label: 'Rule', text: rule, keep: 'start' },
    { label: 'At', text: place, keep: 'end' },
    { label: 'Server', text: server, keep: 'start' },
  ];
  return rows >= ROOMY ? facts : facts.filter(({ label }) => label === 'Tool' || label === 'At');
}

export interface Fact {
  readonly label: string;
  /** Stands last on its line: nothing that it holds is read as something of ours. */
  readonly text: string;
  /** What is left of a text that has no room. */
  readonly keep: 'start' | 'end';
}

/** The arguments in lines. Each begins with a sign of ours, so that none looks like another part of the screen. */
export function listArgumentLines({ args }: AskedCall, width: number): readonly string[] {
  if (args === null) return ['| no arguments'];
  if (args.length === 0) return ['| {}'];
  return args.flatMap((argument) => {
    const [first = '', ...rest] = wrapCells(argument, Math.max(width - 4, 2));
    return [`| ${first}`, ...rest.map((line) => `|   ${line}`)];
  });
}

/** Lines that have room on a part of the screen, and how many of them do not. */
export function fitLines(
  lines: readonly string[],
  rows: number,
): { readonly shown: readonly string[]; readonly hidden: number } {
  if (lines.length <= rows) return { shown: lines, hidden: 0 };
  const shown = lines.slice(0, Math.max(rows - 1, 0));
  return { shown, hidden: lines.length - shown.length };
}

/** Lines of the selected call's arguments that the screen does not show where it lists the calls. */
export function countHidden(state: ConsoleState): number {
  const selected = findSelected(state);
  if (selected === undefined || state.view !== 'calls') return 0;
  const { details, width } = divideScreen(state.size, state.calls.length);
  const rows = details - listFacts(selected.call, details).length;
  return fitLines(listArgumentLines(selected.call, width), rows).hidden;
}

/** Rows of a page, and its first line at most, in a view of many lines. */
export function measurePage(state: ConsoleState): { readonly rows: number; readonly lastTop: number } {
  const { body, width } = divideScreen(state.size, state.calls.length);
  const selected = findSelected(state);
  switch (state.view) {
    case 'calls':
      return { rows: body, lastTop: 0 };
    case 'history':
      return { rows: body, lastTop: Math.max(state.history.length - body, 0) };
    case 'arguments': {
      if (selected === undefined) return { rows: body, lastTop: 0 };
      const rows = Math.max(body - listFacts(selected.call, body).length, 1);
      return { rows, lastTop: Math.max(listArgumentLines(selected.call, width).length - rows, 0) };
    }
  }
}
