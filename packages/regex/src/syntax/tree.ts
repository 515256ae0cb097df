import type { CharSet } from './char-set.ts';

/** A place in the pattern: UTF-16 offsets, `end` is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What has to hold between two characters. `word` and `not-word` know ASCII letters, digits and `_` only. */
export type AssertionKind = 'begin-text' | 'end-text' | 'begin-line' | 'end-line' | 'word' | 'not-word';

/** One character of a set. `form` tells how it was written; `fold` whether `(?i)` widened it. */
export interface CharNode extends Span {
  readonly type: 'char';
  readonly form: 'literal' | 'any' | 'escape-class' | 'class';
  readonly set: CharSet;
  readonly fold: boolean;
}

export interface AssertionNode extends Span {
  readonly type: 'assertion';
  readonly kind: AssertionKind;
}

export interface EmptyNode extends Span {
  readonly type: 'empty';
}

export interface ConcatNode extends Span {
  readonly type: 'concat';
  readonly items: readonly PatternNode[];
}

/** Earlier options are preferred. */
export interface AlternateNode extends Span {
  readonly type: 'alternate';
  readonly options: readonly PatternNode[];
}

/** `max` is undefined where there is no upper bound. */
export interface RepeatNode extends Span {
  readonly type: 'repeat';
  readonly item: PatternNode;
  readonly min: number;
  readonly max: number | undefined;
  readonly greedy: boolean;
}

/** A capturing group; `index` counts from 1 in the order of the opening parentheses. */
export interface GroupNode extends Span {
  readonly type: 'group';
  readonly item: PatternNode;
  readonly index: number;
  readonly name: string | undefined;
}

export type PatternNode =
  | CharNode
  | AssertionNode
  | EmptyNode
  | ConcatNode
  | AlternateNode
  | RepeatNode
  | GroupNode;

/** A parsed pattern: its text and its syntax tree. */
export interface Pattern {
  readonly source: string;
  readonly root: PatternNode;
}

export type PatternErrorCode =
  | 'backreference'
  | 'bad-class-range'
  | 'bad-escape'
  | 'bad-flag'
  | 'bad-group-name'
  | 'bad-posix-class'
  | 'bad-property'
  | 'bad-repeat-count'
  | 'double-repeat'
  | 'duplicate-group-name'
  | 'look-around'
  | 'lone-surrogate'
  | 'missing-bracket'
  | 'missing-parenthesis'
  | 'nested-too-deep'
  | 'nothing-to-repeat'
  | 'pattern-too-large'
  | 'possessive'
  | 'trailing-backslash'
  | 'unexpected-parenthesis'
  | 'unsupported-group';

/** Why a pattern is refused: one line, the place in the pattern, and what to write instead. */
export interface PatternError extends Span {
  readonly code: PatternErrorCode;
  readonly message: string;
  readonly hint: string;
}

export type ParseResult =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly error: PatternError };
