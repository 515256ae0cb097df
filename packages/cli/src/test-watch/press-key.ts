import type { Key } from '../screens/terminal/read-key.ts';
import type { RunMode, WatchState } from './state.ts';

/** The rows of the screen that are not the report's: two above, two below, and the last one, which stays free. */
const FRAME_ROWS = 5;

/** As many characters of a filter are typed. */
const MAX_FILTER = 200;

/** What terminals send for the backspace key. */
const RUBOUT = '\u007f';

/** What a key has changed, and what it asks for. */
export interface Pressed {
  readonly state: WatchState;
  readonly wish: RunMode | 'quit' | null;
}

/** Rows for the report. */
export function countRows({ size }: WatchState): number {
  return Math.max(size.rows - FRAME_ROWS, 1);
}

/** What a key does. */
export function pressKey(before: WatchState, key: Key): Pressed {
  const state: WatchState = { ...before, notice: null, isConfirming: false };
  if (key.kind === 'interrupt') return { state, wish: 'quit' };
  if (before.typing !== null) return typeFilter(state, before.typing, key);
  if (before.isConfirming) {
    const isYes = key.kind === 'character' && key.character === 'y';
    return isYes ? wishFor(state, 'update') : nothing({ ...state, notice: 'nothing is written' });
  }
  switch (key.kind) {
    case 'character':
      return pressCharacter(state, key.character);
    case 'named':
      return nothing(scroll(state, key.name));
    case 'text':
      return nothing(state);
  }
}

function pressCharacter(state: WatchState, character: string): Pressed {
  switch (character) {
    case 'a':
      return { state, wish: 'test' };
    case 'f':
      return nothing({ ...state, typing: state.filter.join(' ') });
    case 'u':
      return askToUpdate(state);
    case 'c':
      return wishFor(state, 'coverage');
    case 'q':
      return { state, wish: 'quit' };
    case 'j':
      return nothing(scroll(state, 'down'));
    case 'k':
      return nothing(scroll(state, 'up'));
    default:
      return nothing(state);
  }
}

function askToUpdate(state: WatchState): Pressed {
  if (state.filter.length > 0)
    return nothing({ ...state, notice: 'a snapshot is written whole: take the filter off first (f)' });
  return nothing({ ...state, isConfirming: true });
}

/** What reads or writes everything waits for no other run. */
function wishFor(state: WatchState, wish: 'update' | 'coverage'): Pressed {
  if (state.running !== null)
    return nothing({ ...state, notice: 'tests are running: try again in a moment' });
  if (state.plan.length === 0) return nothing({ ...state, notice: 'there are no tests' });
  return { state, wish };
}

function typeFilter(state: WatchState, typing: string, key: Key): Pressed {
  switch (key.kind) {
    case 'character':
      return nothing({ ...state, typing: typeCharacter(typing, key.character) });
    case 'text':
      return nothing({ ...state, typing: [...key.text].reduce(typeCharacter, typing) });
    case 'named':
      switch (key.name) {
        case 'enter': {
          const text = typing.trim();
          return {
            state: { ...state, typing: null, filter: text === '' ? [] : [text], top: 0 },
            wish: 'test',
          };
        }
        case 'escape':
          return nothing({ ...state, typing: null });
        case 'backspace':
          return nothing({ ...state, typing: typeCharacter(typing, RUBOUT) });
        default:
          return nothing(state);
      }
    case 'interrupt':
      return { state, wish: 'quit' };
  }
}

/** Keys that come together stay one line, and do not run anything. */
function typeCharacter(typing: string, character: string): string {
  if (character === RUBOUT || character === '\b') return [...typing].slice(0, -1).join('');
  return `${typing}${/\p{Cc}/u.test(character) ? ' ' : character}`.slice(0, MAX_FILTER);
}

function scroll(state: WatchState, name: Extract<Key, { kind: 'named' }>['name']): WatchState {
  const rows = countRows(state);
  const last = Math.max(state.lines.length - rows, 0);
  const top = goTo(name, { top: state.top, rows, last });
  return { ...state, top: Math.min(Math.max(top, 0), last) };
}

function goTo(
  name: Extract<Key, { kind: 'named' }>['name'],
  { top, rows, last }: { readonly top: number; readonly rows: number; readonly last: number },
): number {
  switch (name) {
    case 'up':
      return top - 1;
    case 'down':
      return top + 1;
    case 'page-up':
      return top - rows;
    case 'page-down':
      return top + rows;
    case 'home':
      return 0;
    case 'end':
      return last;
    case 'enter':
    case 'escape':
    case 'backspace':
      return top;
  }
}

function nothing(state: WatchState): Pressed {
  return { state, wish: null };
}
