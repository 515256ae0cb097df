import type { Key as InkKey } from 'ink';

type KeyName = 'up' | 'down' | 'page-up' | 'page-down' | 'home' | 'end' | 'enter' | 'escape' | 'backspace';

/** What came from the keyboard. */
export type Key =
  | { readonly kind: 'character'; readonly character: string }
  | { readonly kind: 'named'; readonly name: KeyName }
  /** Several characters at once: pasted, or typed faster than they were read. */
  | { readonly kind: 'text'; readonly text: string }
  /** Ctrl-C. */
  | { readonly kind: 'interrupt' };

const NAMES = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'page-up'],
  ['pageDown', 'page-down'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  // Terminals send for the backspace key what Ink calls delete.
  ['delete', 'backspace'],
] as const satisfies readonly (readonly [keyof InkKey, KeyName])[];

/** Null for what means nothing here: other keys, chords, and keys that are let go or held down. */
export function readKey(input: string, key: InkKey): Key | null {
  if (key.eventType === 'release' || key.eventType === 'repeat') return null;
  if (key.ctrl) return input === 'c' ? { kind: 'interrupt' } : null;
  const named = NAMES.find(([property]) => key[property] === true);
  if (named !== undefined) return { kind: 'named', name: named[1] };
  if (key.meta || key.super || key.hyper || key.tab || input === '') return null;
  if ([...input].length > 1) return { kind: 'text', text: input };
  return input < ' ' ? null : { kind: 'character', character: input };
}
