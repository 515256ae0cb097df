import { createToken, Lexer, type TokenType } from 'chevrotain';

/**
 * The kinds of tokens of a pattern. What RE2 refuses has tokens too, so that the message can name it. The first ones
 * are the categories that the grammar speaks of. `tokenize` finds tokens: chevrotain's own lexer would have to
 * analyse a regular expression for each kind at every start.
 */
const kind = (name: string, ...categories: TokenType[]): TokenType =>
  createToken({ name, pattern: Lexer.NA, categories });

export const Atom = kind('Atom');
export const Repeat = kind('Repeat');
export const GroupStart = kind('GroupStart');
export const Refused = kind('Refused');
export const ClassChar = kind('ClassChar');
export const ClassSet = kind('ClassSet');
export const ClassRefused = kind('ClassRefused');

/** `*`, `+`, `?` and `{n,m}`, each with an optional `?`. */
export const Quantifier = kind('Quantifier', Repeat);

export const NamedGroup = kind('NamedGroup', GroupStart);
export const FlagGroup = kind('FlagGroup', GroupStart);
export const FlagsOnly = kind('FlagsOnly');
export const BadGroup = kind('BadGroup', Refused);
export const Group = kind('Group', GroupStart);
export const GroupEnd = kind('GroupEnd');
export const Bar = kind('Bar');

export const Dot = kind('Dot', Atom);
export const Caret = kind('Caret', Atom);
export const Dollar = kind('Dollar', Atom);
export const AssertionEscape = kind('AssertionEscape', Atom);
export const Quoted = kind('Quoted', Atom);

export const PerlClass = kind('PerlClass', Atom, ClassSet);
export const Property = kind('Property', Atom, ClassSet);
export const HexEscape = kind('HexEscape', Atom, ClassChar);
export const OctalEscape = kind('OctalEscape', Atom, ClassChar);
export const ControlEscape = kind('ControlEscape', Atom, ClassChar);
export const PunctuationEscape = kind('PunctuationEscape', Atom, ClassChar);
export const BadEscape = kind('BadEscape', Refused, ClassRefused);
export const Literal = kind('Literal', Atom);

export const ClassOpen = kind('ClassOpen');
/** A `]` directly after the opening is a character. */
export const ClassClose = kind('ClassClose');
export const PosixClass = kind('PosixClass', ClassSet);
/** A `-` that makes a range where a character stands before it; elsewhere it is itself. */
export const Dash = kind('Dash', ClassChar);
export const ClassLiteral = kind('ClassLiteral', ClassChar);

export const VOCABULARY: TokenType[] = [
  ...[Atom, Repeat, GroupStart, Refused, ClassChar, ClassSet, ClassRefused],
  ...[Quantifier, NamedGroup, FlagGroup, FlagsOnly, BadGroup, Group, GroupEnd, Bar],
  ...[Dot, Caret, Dollar, AssertionEscape, Quoted],
  ...[PerlClass, Property, HexEscape, OctalEscape, ControlEscape, PunctuationEscape, BadEscape, Literal],
  ...[ClassOpen, ClassClose, PosixClass, Dash, ClassLiteral],
];
