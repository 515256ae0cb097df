/** A place in a text: `line` and `column` count from 1 (columns in UTF-16 code units), `offset` from 0. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** A half-open stretch of a text: `end` is the first position that is not part of it. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A stretch of a file, together with the JSON pointer (RFC 6901) of the value that stands there. */
export interface Location {
  readonly file: string;
  readonly pointer: string;
  readonly range: Range;
}

export type Severity = 'error' | 'warning' | 'info';

/** Replaces the text between two offsets of the file by `newText`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly newText: string;
}

/** A repair of one finding. A `safe` one never lets a policy permit more than it did. */
export interface Fix {
  readonly title: string;
  readonly safety: 'safe' | 'unsafe';
  readonly edits: readonly TextEdit[];
}

export interface RelatedLocation {
  readonly message: string;
  readonly location: Location;
}

/** One finding: data for every reporter, never thrown. */
export interface Diagnostic {
  /** Stable name of the finding, for example `unanchored-pattern`. */
  readonly code: string;
  readonly severity: Severity;
  /** One line, lower case, no full stop; the user's own text stands in `backticks`. */
  readonly message: string;
  readonly location: Location;
  readonly related: readonly RelatedLocation[];
  /** What to do about it. */
  readonly help?: string;
  readonly fixes: readonly Fix[];
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/**
 * Orders findings by file, start, code and message, so that the same input gives the same output.
 * Text is compared by code units: a locale's order would differ between machines.
 */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    compareText(a.location.file, b.location.file) ||
    a.location.range.start.offset - b.location.range.start.offset ||
    a.location.range.end.offset - b.location.range.end.offset ||
    compareText(a.code, b.code) ||
    compareText(a.message, b.message)
  );
}
