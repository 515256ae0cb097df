/** A stretch of the text in UTF-16 offsets, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface SourceScalar extends Span {
  readonly kind: 'scalar';
  readonly value: string | number | boolean | null;
  readonly style: ScalarStyle;
}

/** Where a value stands in its parent: at `place` is the value itself or the alias that refers to it. */
export interface Slot {
  readonly node: SourceNode;
  readonly place: Span;
}

export interface MapEntry extends Slot {
  readonly key: string;
  readonly keyPlace: Span;
}

/** A mapping without its repeated keys, in the order of the text. */
export interface SourceMap extends Span {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, MapEntry>;
}

export interface SourceSequence extends Span {
  readonly kind: 'sequence';
  readonly items: readonly Slot[];
}

/** A value that can't be known, since what is wrong with it has been reported. */
export interface SourceBroken extends Span {
  readonly kind: 'broken';
}

export type SourceNode = SourceScalar | SourceMap | SourceSequence | SourceBroken;

/** A comment: `text` is what follows the `#`, with its white space. */
export interface SourceComment {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}
