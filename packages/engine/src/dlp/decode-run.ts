import type { EncodedRun } from './encoded-runs.ts';

/** Text has at most so much noise among its bytes. Images and other binary data have far more. */
const MAX_NOISE = 1 / 4;

/** Digits that an encoding spends on a whole number of bytes: a run may start inside of such a group. */
const GROUP = { base64: 4, hex: 2 } as const;

const SKIP = 255;

const DIGITS = {
  base64: buildDigits(['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 0], ['-_', 62]),
  hex: buildDigits(['0123456789abcdef', 0], ['ABCDEF', 10]),
} as const;

function buildDigits(...sets: readonly (readonly [characters: string, first: number])[]): Uint8Array {
  const digits = new Uint8Array(128).fill(SKIP);
  for (const [characters, first] of sets)
    for (let i = 0; i < characters.length; i++) digits[characters.charCodeAt(i)] = first + i;
  return digits;
}

/** How many continuation bytes a byte announces in UTF-8; -1 where it is one itself, -2 where it is no text at all. */
function roleOf(byte: number): number {
  if (byte < 0x80) return (byte >= 0x20 && byte !== 0x7f) || isSpace(byte) ? 0 : -2;
  if (byte < 0xc0) return -1;
  if (byte < 0xc2 || byte > 0xf4) return -2;
  if (byte < 0xe0) return 1;
  return byte < 0xf0 ? 2 : 3;
}

function isSpace(byte: number): boolean {
  return byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/**
 * An automaton that counts noise without a branch, since binary data would mispredict each. Its state is how many
 * continuation bytes are due. An entry for state and byte holds the next state in its low two bits, and above
 * them 1 for noise: no text at all, a continuation of nothing, or a character that ends early.
 */
const STEPS = Uint8Array.from({ length: 4 * 256 }, (_, index) => {
  const due = index >> 8;
  const role = roleOf(index & 0xff);
  if (role === -1 && due > 0) return due - 1;
  return Math.max(role, 0) | (due > 0 || role < 0 ? 4 : 0);
});

/** Where runs are decoded to, but for those that are longer. */
const SCRATCH = Buffer.alloc(1 << 16);

/**
 * What a run says where it is text: one reading for each way to group its digits, since a word or a path in
 * front of the encoded text moves the groups. Bytes that are no UTF-8 become U+FFFD.
 */
export function decodeRun(text: string, run: EncodedRun): readonly string[] {
  const size = run.end - run.start;
  const bytes = size <= SCRATCH.length ? SCRATCH : Buffer.alloc(size);
  const readings: string[] = [];
  for (let shift = 0; shift < GROUP[run.encoding]; shift++) {
    const length = decodeText(text, run, shift, bytes);
    if (length > 0) readings.push(bytes.toString('utf8', 0, length));
  }
  return readings;
}

/**
 * Decodes a run from its digit number `shift` on and tells how many bytes it gives; 0 where they are no text,
 * which is mostly known after a few. Line breaks and padding are skipped.
 */
function decodeText(text: string, run: EncodedRun, shift: number, bytes: Uint8Array): number {
  const digits = DIGITS[run.encoding];
  const width = run.encoding === 'hex' ? 4 : 6;
  const mostNoise = (((run.end - run.start - shift) * width) / 8) * MAX_NOISE;
  let length = 0;
  let held = 0;
  let bits = 0;
  let noise = 0;
  let due = 0;
  for (let at = run.start + shift; at < run.end; at++) {
    const digit = digits[text.charCodeAt(at)] ?? SKIP;
    if (digit === SKIP) continue;
    held = ((held << width) | digit) & 0xffff;
    bits += width;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (held >> bits) & 0xff;
    bytes[length++] = byte;
    const step = STEPS[(due << 8) | byte] ?? 0;
    due = step & 3;
    noise += step >> 2;
    if (noise > mostNoise) return 0;
  }
  return noise > length * MAX_NOISE ? 0 : length;
}
