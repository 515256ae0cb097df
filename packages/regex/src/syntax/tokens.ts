import { createToken, Lexer, type TokenType } from 'chevrotain';

/**
 * The tokens of a pattern. What RE2 refuses has tokens too, so that the message can name it. Abstract
 * tokens (`Lexer.NA`) are the categories that the grammar speaks of. All expressions read one token at a
 * time and are linear.
 */
const abstract = (name: string): TokenType => createToken({ name, pattern: Lexer.NA });

export const Atom = abstract('Atom');
export const Repeat = abstract('Repeat');
export const GroupStart = abstract('GroupStart');
export const Refused = abstract('Refused');
export const ClassChar = abstract('ClassChar');
export const ClassSet = abstract('ClassSet');
export const ClassRefused = abstract('ClassRefused');

const CHARACTER = /[\uD800-\uDBFF][\uDC00-\uDFFF]|[\u0000-\uFFFF]/;

export const Star = createToken({ name: 'Star', pattern: /\*\??/, categories: [Repeat] });
export const Plus = createToken({ name: 'Plus', pattern: /\+\??/, categories: [Repeat] });
export const Quest = createToken({ name: 'Quest', pattern: /\?\??/, categories: [Repeat] });
export const Braces = createToken({
  name: 'Braces',
  pattern: /\{(?:0|[1-9][0-9]*)(?:,(?:0|[1-9][0-9]*)?)?\}\??/,
  categories: [Repeat],
});

export const NamedGroup = createToken({
  name: 'NamedGroup',
  pattern: /\(\?P?<[A-Za-z0-9_]+>/,
  categories: [GroupStart],
});
export const FlagGroup = createToken({
  name: 'FlagGroup',
  pattern: /\(\?[imsU]*(?:-[imsU]+)?:/,
  categories: [GroupStart],
});
export const FlagsOnly = createToken({ name: 'FlagsOnly', pattern: /\(\?[imsU]*(?:-[imsU]+)?\)/ });
export const BadGroup = createToken({ name: 'BadGroup', pattern: /\(\?/, categories: [Refused] });
export const Group = createToken({ name: 'Group', pattern: /\(/, categories: [GroupStart] });
export const GroupEnd = createToken({ name: 'GroupEnd', pattern: /\)/ });
export const Bar = createToken({ name: 'Bar', pattern: /\|/ });

export const Dot = createToken({ name: 'Dot', pattern: /\./, categories: [Atom] });
export const Caret = createToken({ name: 'Caret', pattern: /\^/, categories: [Atom] });
export const Dollar = createToken({ name: 'Dollar', pattern: /\$/, categories: [Atom] });
export const AssertionEscape = createToken({
  name: 'AssertionEscape',
  pattern: /\\[AbBz]/,
  categories: [Atom],
});
export const Quoted = createToken({
  name: 'Quoted',
  pattern: (text: string, offset: number): RegExpExecArray | null => {
    if (!text.startsWith('\\Q', offset)) return null;
    const end = text.indexOf('\\E', offset + 2);
    return toMatch(text.slice(offset, end < 0 ? text.length : end + 2));
  },
  start_chars_hint: ['\\'],
  line_breaks: true,
  categories: [Atom],
});

export const PerlClass = createToken({
  name: 'PerlClass',
  pattern: /\\[dDsSwW]/,
  categories: [Atom, ClassSet],
});
export const Property = createToken({
  name: 'Property',
  pattern: /\\[pP](?:\{[^}]{0,64}\}|[^{])/,
  categories: [Atom, ClassSet],
  line_breaks: true,
});
export const HexEscape = createToken({
  name: 'HexEscape',
  pattern: /\\x(?:\{[0-9A-Fa-f]+\}|[0-9A-Fa-f]{2})/,
  categories: [Atom, ClassChar],
});
export const OctalEscape = createToken({
  name: 'OctalEscape',
  pattern: /\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/,
  categories: [Atom, ClassChar],
});
export const ControlEscape = createToken({
  name: 'ControlEscape',
  pattern: /\\[afnrtv]/,
  categories: [Atom, ClassChar],
});
export const PunctuationEscape = createToken({
  name: 'PunctuationEscape',
  pattern: /\\[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]/,
  categories: [Atom, ClassChar],
  line_breaks: true,
});
export const BadEscape = createToken({
  name: 'BadEscape',
  pattern: /\\(?:[\uD800-\uDBFF][\uDC00-\uDFFF]|[\s\S])?/,
  categories: [Refused, ClassRefused],
  line_breaks: true,
});
export const Literal = createToken({
  name: 'Literal',
  pattern: CHARACTER,
  categories: [Atom],
  line_breaks: true,
});

export const ClassOpen = createToken({ name: 'ClassOpen', pattern: /\[\^?/, push_mode: 'class' });
/** A `]` directly after the opening is a character. */
export const ClassClose = createToken({
  name: 'ClassClose',
  pattern: (text: string, offset: number, before: readonly { tokenType: TokenType }[]) =>
    text.charAt(offset) === ']' && before.at(-1)?.tokenType !== ClassOpen ? toMatch(']') : null,
  start_chars_hint: [']'],
  line_breaks: false,
  pop_mode: true,
});
/** As Go reads it: `[:` opens a named class only where `:]` follows somewhere. */
export const PosixClass = createToken({
  name: 'PosixClass',
  pattern: (text: string, offset: number): RegExpExecArray | null => {
    if (!text.startsWith('[:', offset)) return null;
    const end = findPosixEnd(text, offset + 2);
    return end < 0 ? null : toMatch(text.slice(offset, end + 2));
  },
  start_chars_hint: ['['],
  line_breaks: true,
  categories: [ClassSet],
});
/** A `-` that makes a range where a character stands before it; elsewhere it is itself. */
export const Dash = createToken({ name: 'Dash', pattern: /-(?=[^\]])/, categories: [ClassChar] });
export const ClassLiteral = createToken({
  name: 'ClassLiteral',
  pattern: CHARACTER,
  categories: [ClassChar],
  line_breaks: true,
});

function toMatch(text: string): RegExpExecArray {
  const found: [string] = [text];
  return Object.assign(found, { index: 0, input: text });
}

/** The last `:]` is remembered so that many `[:` without an end cost one search. */
const posixEnd = { text: '', last: -1 };
function findPosixEnd(text: string, from: number): number {
  if (posixEnd.text !== text) {
    posixEnd.text = text;
    posixEnd.last = text.lastIndexOf(':]');
  }
  return from > posixEnd.last ? -1 : text.indexOf(':]', from);
}

const categories = [Atom, Repeat, GroupStart, Refused, ClassChar, ClassSet, ClassRefused];
const escapes = [
  PerlClass,
  Property,
  HexEscape,
  OctalEscape,
  ControlEscape,
  PunctuationEscape,
  BadEscape,
] as const;

export const LEXER_MODES = {
  modes: {
    pattern: [
      ...[Star, Plus, Quest, Braces],
      ...[NamedGroup, FlagGroup, FlagsOnly, BadGroup, Group, GroupEnd, Bar, ClassOpen],
      ...[Dot, Caret, Dollar, AssertionEscape, Quoted],
      ...escapes,
      Literal,
      ...categories,
    ],
    class: [ClassClose, PosixClass, ...escapes, Dash, ClassLiteral, ...categories],
  },
  defaultMode: 'pattern',
};
