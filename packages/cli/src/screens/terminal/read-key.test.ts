import type { Key as InkKey } from 'ink';
import { expect, it } from 'vitest';
import { readKey } from './read-key.ts';

const NONE: InkKey = {
  upArrow: false,
  downArrow: false,
  leftArrow: false,
  rightArrow: false,
  pageDown: false,
  pageUp: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  ctrl: false,
  shift: false,
  tab: false,
  backspace: false,
  delete: false,
  meta: false,
  super: false,
  hyper: false,
  capsLock: false,
  numLock: false,
};

it.each<[string, string, Partial<InkKey>, ReturnType<typeof readKey>]>([
  ['a letter', 'a', {}, { kind: 'character', character: 'a' }],
  ['a character of two units', '𝒂', {}, { kind: 'character', character: '𝒂' }],
  ['a paste', 'ay', {}, { kind: 'text', text: 'ay' }],
  ['a paste with Enter', 'y\r', {}, { kind: 'text', text: 'y\r' }],
  ['Enter', '\r', { return: true }, { kind: 'named', name: 'enter' }],
  ['an arrow', '', { downArrow: true }, { kind: 'named', name: 'down' }],
  [
    'Escape, which Ink calls a chord too',
    '',
    { escape: true, meta: true },
    { kind: 'named', name: 'escape' },
  ],
  ['Backspace', '', { delete: true }, { kind: 'named', name: 'backspace' }],
  ['Ctrl-C', 'c', { ctrl: true }, { kind: 'interrupt' }],
  ['another chord', 'y', { ctrl: true }, null],
  ['Alt and a letter', 'y', { meta: true }, null],
  ['a letter with the super key', 'y', { super: true }, null],
  ['Tab', '', { tab: true }, null],
  ['a control character', '\u0000', {}, null],
  ['a key that means nothing', '', {}, null],
  ['a key that is let go', 'y', { eventType: 'release' }, null],
  ['a key that is held down', 'y', { eventType: 'repeat' }, null],
])('%s', (_, input, key, expected) => {
  expect(readKey(input, { ...NONE, ...key })).toEqual(expected);
});
