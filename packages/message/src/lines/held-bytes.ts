/** What short lines fit into: kept from line to line. */
const SMALL = 64 * 1024;

/** How much more is asked of the system at a time. */
const STEP = 256 * 1024;

/** The bytes of a line that came in parts. */
export interface HeldBytes {
  readonly length: number;
  append(part: Buffer): void;
  /** What is held, until the next call of anything else. */
  view(): Buffer;
  /** Holds nothing any more; what a long line took goes back to the system at once, not when garbage is collected. */
  clear(): void;
}

/**
 * Holds up to `limit` bytes; appending more is the caller's mistake. A long line grows in place (a resizable buffer
 * reserves addresses, not memory), so that it is never there twice.
 */
export function createHeldBytes(limit: number): HeldBytes {
  let small: Buffer = Buffer.alloc(0);
  let large: ArrayBuffer | undefined;
  let length = 0;

  const room = (wanted: number): Buffer => {
    if (large === undefined && wanted <= SMALL) {
      if (wanted > small.length) small = enlarge(small, length, wanted);
      return small;
    }
    if (large === undefined) {
      large = new ArrayBuffer(Math.min(limit, wanted + STEP), { maxByteLength: limit });
      small.copy(Buffer.from(large), 0, 0, length);
    } else if (wanted > large.byteLength) large.resize(Math.min(limit, wanted + STEP));
    return Buffer.from(large, 0, wanted);
  };

  return {
    get length() {
      return length;
    },
    append(part) {
      part.copy(room(length + part.length), length);
      length += part.length;
    },
    view: () => (large === undefined ? small.subarray(0, length) : Buffer.from(large, 0, length)),
    clear() {
      length = 0;
      large?.resize(0);
      large = undefined;
    },
  };
}

/** Doubles: every byte is copied a constant number of times, however small the parts are. */
function enlarge(buffer: Buffer, length: number, wanted: number): Buffer {
  const grown = Buffer.allocUnsafeSlow(Math.min(SMALL, Math.max(wanted, buffer.length * 2)));
  buffer.copy(grown, 0, 0, length);
  return grown;
}
