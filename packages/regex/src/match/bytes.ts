import { badProgram } from './regex-error.ts';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Uint8Array(128).fill(255);
for (let i = 0; i < DIGITS.length; i++) VALUES[DIGITS.charCodeAt(i)] = i;

/**
 * Numbers written as variable-length bytes (seven bits each, low bits first), and those as base64 without
 * padding.
 */
export class ByteWriter {
  private readonly bytes: number[] = [];

  /** `value` is a whole number from 0 to 2^32 - 1. */
  write(value: number): void {
    let rest = value >>> 0;
    while (rest > 127) {
      this.bytes.push((rest & 127) | 128);
      rest >>>= 7;
    }
    this.bytes.push(rest);
  }

  toBase64(): string {
    const { bytes } = this;
    let out = '';
    for (let i = 0; i < bytes.length; i += 3) {
      const left = bytes.length - i;
      const triple = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      out += DIGITS.charAt(triple >> 18) + DIGITS.charAt((triple >> 12) & 63);
      if (left > 1) out += DIGITS.charAt((triple >> 6) & 63);
      if (left > 2) out += DIGITS.charAt(triple & 63);
    }
    return out;
  }
}

/** Reads what `ByteWriter` wrote; anything else is refused as a damaged program. */
export class ByteReader {
  private readonly bytes: Uint8Array;
  private at = 0;

  constructor(base64: string) {
    this.bytes = decodeBase64(base64);
  }

  /** The number of bytes left: an upper bound for any count that a reader is told. */
  get left(): number {
    return this.bytes.length - this.at;
  }

  read(): number {
    let value = 0;
    let factor = 1;
    for (let count = 0; count < 5; count++) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) return badProgram('it ends too early');
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    return badProgram('it holds a number that is too long');
  }

  /** A number below `limit`. */
  readBelow(limit: number, what: string): number {
    const value = this.read();
    return value < limit ? value : badProgram(`${what} is out of range`);
  }

  /** A count of things that take at least one byte each. */
  readCount(what: string): number {
    const value = this.read();
    return value <= this.left ? value : badProgram(`it ends before ${what}`);
  }

  finish(): void {
    if (this.left !== 0) badProgram('something follows its end');
  }
}

function decodeBase64(text: string): Uint8Array {
  const { length } = text;
  if (length % 4 === 1) return badProgram('its base64 has a wrong length');
  const bytes = new Uint8Array((length * 3) >> 2);
  let at = 0;
  let bits = 0;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const digit = code < 128 ? (VALUES[code] ?? 255) : 255;
    if (digit === 255) return badProgram('it holds a character that is not base64');
    value = ((value << 6) | digit) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (value >> bits) & 255;
    }
  }
  if ((value & ((1 << bits) - 1)) !== 0) return badProgram('its base64 has stray bits');
  return bytes;
}
