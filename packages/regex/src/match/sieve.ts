/** How many tests are made side by side: each has one bit of a lane, and every unit read shifts the lanes by one. */
const TESTS = 7;
/** The bits in front of a text: the first lane, which says that an edge stands before. */
const LANE = (1 << TESTS) - 1;
/** How many units of a word are compared. */
const DEPTH = 3;
/** Behind the lanes: a unit that is caught wherever it stands. */
const STOP = 1 << (TESTS * (DEPTH + 1));
/** The units that may stand at each place of a word. */
export type SieveWord = readonly (readonly number[])[];

/** What a sieve catches. Everything is said of ASCII: a text with anything else is caught. */
export interface SieveOptions {
  /** A word may begin behind this unit; it may also begin the text. */
  readonly isEdge: (unit: number) => boolean;
  /** No text with this unit goes through. */
  readonly isStop: (unit: number) => boolean;
  /** No text goes through in which one of these stands behind an edge. A word without units is everywhere. */
  readonly words: readonly SieveWord[];
}

/** How far a text has been read: the bits that stand there, and all bits that were set so far. */
export interface SieveState {
  readonly bits: number;
  readonly seen: number;
}

/**
 * The bits behind a unit that has this mask: each lane becomes the next as far as the mask lets it, and the first
 * lane begins anew. Seven tests, and their STOP; written out, because it runs for every unit of every argument.
 */
export function stepSieve(bits: number, mask: number): number {
  return ((bits << 7) | 0x1000007f) & mask;
}

/**
 * A quick look at texts that lets most of the harmless ones through. The first three units of each word are
 * looked for at once, by bits: one shift, one mask and no branch a unit, so it can go along with an automaton
 * that reads the same text. It may catch a text without any of the words, never the other way round.
 */
export class Sieve {
  /** By ASCII unit, the bits that go on where it stands. */
  readonly masks: Int32Array;
  /** Bits that catch a text once they are set anywhere. */
  readonly caught: number;

  constructor({ isEdge, isStop, words }: SieveOptions) {
    const masks = new Int32Array(128);
    for (let unit = 0; unit < 128; unit++) {
      masks[unit] = (isEdge(unit) ? LANE : 0) | (isStop(unit) ? STOP : 0);
    }
    let caught = STOP;
    groupWords(words).forEach((group, test) => {
      const depth = Math.min(DEPTH, ...group.map((word) => word.length));
      caught |= 1 << (TESTS * depth + test);
      for (const word of group) {
        for (let at = 0; at < depth; at++) {
          for (const unit of word[at] ?? []) {
            if (unit < 128) masks[unit] = (masks[unit] ?? 0) | (1 << (TESTS * (at + 1) + test));
          }
        }
      }
    });
    this.masks = masks;
    this.caught = caught;
  }

  /** Whether nothing in the text is caught. */
  isClean(text: string): boolean {
    return this.isCleanFrom(text, 0, LANE, LANE);
  }

  /** The same of a text that has been read up to `from`: see `SieveState`. */
  isCleanFrom(text: string, from: number, bits: number, seen: number): boolean {
    const { masks, caught } = this;
    const { length } = text;
    let units = 0;
    for (let at = from; at < length; at++) {
      const unit = text.charCodeAt(at);
      units |= unit;
      bits = stepSieve(bits, masks[unit & 127] ?? 0);
      seen |= bits;
    }
    return units < 128 && (seen & caught) === 0;
  }

  /** Where reading stands behind `prefix`. */
  read(prefix: string): SieveState {
    let bits = LANE;
    let seen = LANE;
    for (let at = 0; at < prefix.length; at++) {
      const unit = prefix.charCodeAt(at);
      bits = stepSieve(bits, unit < 128 ? (this.masks[unit] ?? 0) : STOP);
      seen |= bits;
    }
    return { bits, seen };
  }
}

/** Words that can stand in an ASCII text, in as many groups as there are tests; short ones are together. */
function groupWords(words: readonly SieveWord[]): readonly (readonly SieveWord[])[] {
  const cut = words.map((word) => word.slice(0, DEPTH).map((units) => units.filter((unit) => unit < 128)));
  const possible = cut.filter((word) => word.every((units) => units.length > 0));
  const keyed = new Map(possible.map((word) => [`${word.length} ${word.join(' ')}`, word]));
  const sorted = [...keyed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, word]) => word);
  const groups: SieveWord[][] = [];
  const size = Math.ceil(sorted.length / TESTS);
  for (let from = 0; from < sorted.length; from += size) groups.push(sorted.slice(from, from + size));
  return groups;
}
