/** A place in a file that a person wrote or recorded; line and column count from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  /** Absent where only the line is known. */
  readonly column?: number;
}

/** Something that keeps a suite, a vector or a trace from being checked whole: always a failure, never skipped. */
export interface Problem {
  /** Stable name, for example `unknown-key`. */
  readonly code: string;
  /** One line, lower case, no full stop; the user's own text stands in `backticks`. */
  readonly message: string;
  readonly place: Place;
  readonly help?: string;
}

/** Writes a place as editors and terminals understand it: `file:line:column`. */
export function formatPlace(place: Place): string {
  const column = place.column === undefined ? '' : `:${place.column}`;
  return `${place.file}:${place.line}${column}`;
}
