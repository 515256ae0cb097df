import { PERCENT } from './characters.ts';

/** Code units that stand for a decoded byte above 0x7f until the bytes are read as UTF-8: 0xf780 to 0xf7ff. */
const BYTE = 0xf700;

/**
 * Undoes percent-encoding until no `%` is followed by two hexadecimal digits, in one pass: what has been
 * written is looked at again after every character, so `%25252e` costs no more than its length.
 * Bytes are read as UTF-8 without its rules against long forms: `%c0%ae` is a dot, as some readers have it.
 */
export function decodePercents(text: string): string {
  if (!text.includes('%')) return text;
  const out = new Uint16Array(text.length);
  let length = 0;
  let bytes = false;
  for (let at = 0; at < text.length; at++) {
    out[length++] = text.charCodeAt(at);
    while (length >= 3 && out[length - 3] === PERCENT) {
      const high = hexValue(out[length - 2] ?? 0);
      const low = hexValue(out[length - 1] ?? 0);
      if (high < 0 || low < 0) break;
      const byte = high * 16 + low;
      length -= 2;
      out[length - 1] = byte < 0x80 ? byte : BYTE + byte;
      if (byte >= 0x80) bytes = true;
      // A decoded character can complete an encoding that began before it.
    }
  }
  return bytes ? readBytes(out, length) : toText(out, length);
}

function hexValue(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function toText(units: Uint16Array, length: number): string {
  let text = '';
  for (let from = 0; from < length; from += 4096) {
    text += String.fromCharCode(...units.subarray(from, Math.min(from + 4096, length)));
  }
  return text;
}

/** Replaces runs of byte units by the characters that they encode; a byte that encodes none becomes U+FFFD. */
function readBytes(units: Uint16Array, length: number): string {
  const out = new Uint16Array(length);
  let to = 0;
  let at = 0;
  while (at < length) {
    const unit = units[at] ?? 0;
    if (unit < BYTE + 0x80 || unit > BYTE + 0xff) {
      out[to++] = unit;
      at++;
      continue;
    }
    const lead = unit - BYTE;
    const tail = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    let codePoint = tail === 0 ? -1 : lead & (0x3f >> tail);
    for (let k = 1; k <= tail && codePoint >= 0; k++) {
      const next = at + k < length ? (units[at + k] ?? 0) - BYTE : 0;
      codePoint = next >= 0x80 && next <= 0xbf ? codePoint * 64 + (next & 0x3f) : -1;
    }
    if (codePoint < 0 || codePoint > 0x10ffff) codePoint = -1;
    at += codePoint < 0 ? 1 : tail + 1;
    if (codePoint < 0) out[to++] = 0xfffd;
    else if (codePoint < 0x10000) out[to++] = codePoint;
    else {
      out[to++] = 0xd800 + ((codePoint - 0x10000) >> 10);
      out[to++] = 0xdc00 + ((codePoint - 0x10000) & 0x3ff);
    }
  }
  return toText(out, to);
}
