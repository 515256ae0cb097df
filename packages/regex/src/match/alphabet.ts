import { ByteReader, ByteWriter } from './bytes.ts';
import { sideOfCodePoint, simplifySide } from './looks.ts';
import { badProgram } from './regex-error.ts';

const REPLACEMENT = 0xfffd;
const LAST_BMP = 0xffff;
const END = 0x110000;
/** Classes are kept in 16 bits. */
export const MAX_CLASSES = 0xfff0;

/**
 * Sorts the code points into classes that a program treats alike. `starts[i]` is the first code point of a
 * stretch of class `classes[i]`; the first start is 0. A surrogate pair is one character, a lone surrogate
 * is U+FFFD.
 */
export class Alphabet {
  readonly starts: readonly number[];
  readonly classes: readonly number[];
  /** Number of classes. */
  readonly size: number;
  private narrow: Uint16Array | undefined;
  private bmp: Uint16Array | undefined;
  private readonly replacementClass: number;

  constructor(starts: readonly number[], classes: readonly number[], size: number) {
    this.starts = starts;
    this.classes = classes;
    this.size = size;
    this.replacementClass = this.classOf(REPLACEMENT);
  }

  /** The class of each ASCII character. */
  get ascii(): Uint16Array {
    if (this.narrow === undefined) {
      this.narrow = new Uint16Array(128);
      this.fill(this.narrow);
    }
    return this.narrow;
  }

  private fill(map: Uint16Array): void {
    const { starts, classes } = this;
    for (let i = 0; i < starts.length; i++) {
      const start = starts[i] ?? END;
      if (start >= map.length) break;
      map.fill(classes[i] ?? 0, start, Math.min(starts[i + 1] ?? END, map.length));
    }
  }

  /** The class of a code point, by search. */
  classOf(codePoint: number): number {
    const { starts } = this;
    let lo = 0;
    let hi = starts.length - 1;
    while (lo < hi) {
      const mid = (lo + hi + 1) >> 1;
      if ((starts[mid] ?? END) <= codePoint) lo = mid;
      else hi = mid - 1;
    }
    return this.classes[lo] ?? 0;
  }

  /** The class of the character that starts at `index`. */
  classAt(text: string, index: number): number {
    const unit = text.charCodeAt(index);
    if (unit < 128) return this.ascii[unit] ?? 0;
    if ((unit & 0xf800) !== 0xd800) return this.wide()[unit] ?? 0;
    if (unit >= 0xdc00 || index + 1 >= text.length) return this.replacementClass;
    const low = text.charCodeAt(index + 1);
    if ((low & 0xfc00) !== 0xdc00) return this.replacementClass;
    return this.classOf(0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff));
  }

  /** The map of the whole basic plane; made when the first character beyond ASCII is met. */
  private wide(): Uint16Array {
    if (this.bmp === undefined) {
      this.bmp = new Uint16Array(LAST_BMP + 1);
      this.fill(this.bmp);
    }
    return this.bmp;
  }

  /** The first code point of each class. */
  representatives(): readonly number[] {
    const out = new Array<number>(this.size).fill(REPLACEMENT);
    for (let i = this.starts.length - 1; i >= 0; i--) out[this.classes[i] ?? 0] = this.starts[i] ?? 0;
    return out;
  }

  /** For each class that is a single character of the basic plane, that character. */
  singles(): readonly (string | undefined)[] {
    const out = new Array<string | undefined>(this.size).fill(undefined);
    const seen = new Uint8Array(this.size);
    this.starts.forEach((start, i) => {
      const cls = this.classes[i] ?? 0;
      const single = (this.starts[i + 1] ?? END) === start + 1;
      // U+FFFD is also what lone surrogates are, so a search for it would miss some.
      out[cls] = single && seen[cls] === 0 && start < 0xd800 ? String.fromCharCode(start) : undefined;
      seen[cls] = 1;
    });
    return out;
  }

  /** What the characters of each class are as neighbours, for a program with the given looks. */
  sides(looks: number): Uint8Array {
    return Uint8Array.from(this.representatives(), (codePoint) =>
      simplifySide(sideOfCodePoint(codePoint), looks),
    );
  }
}

/** Number of UTF-16 units of the character that starts at `index`. */
export function widthAt(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  if ((unit & 0xfc00) !== 0xd800 || index + 1 >= text.length) return 1;
  return (text.charCodeAt(index + 1) & 0xfc00) === 0xdc00 ? 2 : 1;
}

/** Number of UTF-16 units of the character that ends at `index`. */
export function widthBefore(text: string, index: number): number {
  if (index < 2 || (text.charCodeAt(index - 1) & 0xfc00) !== 0xdc00) return 1;
  return (text.charCodeAt(index - 2) & 0xfc00) === 0xd800 ? 2 : 1;
}

export function encodeAlphabet(alphabet: Alphabet): string {
  const writer = new ByteWriter();
  writer.write(alphabet.size);
  writer.write(alphabet.starts.length);
  let last = 0;
  alphabet.starts.forEach((start, i) => {
    writer.write(start - last);
    writer.write(alphabet.classes[i] ?? 0);
    last = start;
  });
  return writer.toBase64();
}

/** Checks what `encodeAlphabet` wrote without keeping it; returns the number of classes. */
export function checkAlphabet(text: string): number {
  return readAlphabet(text, undefined);
}

/** Reads what `encodeAlphabet` wrote. */
export function decodeAlphabet(text: string): Alphabet {
  const starts: number[] = [];
  const classes: number[] = [];
  const size = readAlphabet(text, (start, cls) => {
    starts.push(start);
    classes.push(cls);
  });
  return new Alphabet(starts, classes, size);
}

/** Calls `keep` for each stretch; returns the number of classes. */
function readAlphabet(text: string, keep: ((start: number, cls: number) => void) | undefined): number {
  const reader = new ByteReader(text);
  const size = reader.readBelow(MAX_CLASSES, 'the number of classes');
  const count = reader.readCount('its alphabet');
  if (size > count) return badProgram('its alphabet has a class without characters');
  if (size === 0) return badProgram('its alphabet is empty');
  // One bit a class: most alphabets are small, and a list of them would cost more than the check.
  let seen = 0;
  const others = size > 30 ? new Set<number>() : undefined;
  let start = 0;
  for (let i = 0; i < count; i++) {
    const gap = reader.read();
    if (i === 0 ? gap !== 0 : gap === 0) return badProgram('its alphabet is not in order');
    start += gap;
    if (start >= END) return badProgram('its alphabet has a code point out of range');
    const cls = reader.readBelow(size, 'a class');
    if (others === undefined) seen |= 1 << cls;
    else others.add(cls);
    keep?.(start, cls);
  }
  reader.finish();
  const isComplete = others === undefined ? seen === (1 << size) - 1 : others.size === size;
  return isComplete ? size : badProgram('its alphabet has a class without characters');
}
