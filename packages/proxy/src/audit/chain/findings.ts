export type ChainFindingKind =
  /** A line that is no record, and that no record accounts for. */
  | 'unreadable'
  /** A record whose hash is not the one that the next record carries. */
  | 'changed'
  /** Records that are not there. */
  | 'missing'
  /** A record that stands behind a later one. */
  | 'reordered'
  /** A record whose number was there before. */
  | 'repeated'
  /** A signature that does not hold, or is missing. */
  | 'signature'
  /** The log is not the one that a head or a checkpoint speaks of. */
  | 'head';

/** What is wrong with an audit log, and where. */
export interface ChainFinding {
  readonly kind: ChainFindingKind;
  /** Null where it is about the log as a whole. */
  readonly place: Place | null;
  readonly message: string;
}

/** A line of a file; lines count from one. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/** As many as are kept: of a file that is no audit log, every line is one. */
const MOST = 100;

/** Gathers findings and what is worth knowing besides. */
export class Findings {
  private readonly found: ChainFinding[] = [];
  private readonly noted: string[] = [];
  private count = 0;

  add(kind: ChainFindingKind, place: Place | null, message: string): void {
    this.count++;
    if (this.found.length < MOST) this.found.push({ kind, place, message });
  }

  note(text: string): void {
    if (this.noted.length < MOST) this.noted.push(text);
  }

  list(): readonly ChainFinding[] {
    return this.found;
  }

  notes(): readonly string[] {
    const left = this.count - this.found.length;
    return left === 0 ? this.noted : [...this.noted, `${left} more findings are not shown`];
  }
}

export function showPlace(place: Place): string {
  return `${place.file}:${place.line}`;
}
