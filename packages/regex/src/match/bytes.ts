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

/** Reads what `ByteWriter` wrote, straight from its text; anything else is refused as a damaged program. */
export class ByteReader {
  private readonly text: string;
  private at = 0;
  private bits = 0;
  private value = 0;

  constructor(base64: string) {
    if (base64.length % 4 === 1) badProgram('its base64 has a wrong length');
    this.text = base64;
  }

  /** The number of bytes left: an upper bound for any count that a reader is told. */
  get left(): number {
    return ((this.text.length - this.at) * 6 + this.bits) >> 3;
  }

  read(): number {
    const first = this.readByte();
    if (first < 128) return first;
    let value = first & 127;
    let factor = 128;
    for (let count = 1; count < 5; count++) {
      const byte = this.readByte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    return badProgram('it holds a number that is too long');
  }

  private readByte(): number {
    const { text } = this;
    while (this.bits < 8) {
      if (this.at >= text.length) return badProgram('it ends too early');
      const digit = VALUES[text.charCodeAt(this.at++)] ?? 255;
      if (digit === 255) return badProgram('it holds a character that is not base64');
      this.value = ((this.value << 6) | digit) & 0x3fff;
      this.bits += 6;
    }
    this.bits -= 8;
    return (this.value >> this.bits) & 255;
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
    if ((this.value & ((1 << this.bits) - 1)) !== 0) badProgram('its base64 has stray bits');
  }
}
