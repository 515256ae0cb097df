/** How many bytes of an overlong line's beginning, and of its end, are kept: enough to find its id there. */
export const OUTLINE_BYTES = 1024;

/** One more, since the last byte can be the CR of the line's end. */
const HELD = OUTLINE_BYTES + 1;

/** Counts a line that is too long to be held, and keeps its two ends. */
export interface OverlongLine {
  append(part: Buffer): void;
  readonly bytes: number;
  /** The first and the last KiB of the line's first `bytes` bytes, of which at most one is left out. */
  ends(bytes: number): { readonly head: Buffer; readonly tail: Buffer };
  readonly last: number | undefined;
}

/** Appending costs no more than the bytes that come, however small the parts are. */
export function createOverlongLine(): OverlongLine {
  const head = Buffer.alloc(HELD);
  let headLength = 0;
  const tail = Buffer.alloc(HELD * 2);
  let tailLength = 0;
  let bytes = 0;
  return {
    append(part) {
      headLength += part.copy(head, headLength);
      const wanted = part.subarray(-HELD);
      if (tailLength + wanted.length > tail.length) {
        const keep = HELD - wanted.length;
        tail.copyWithin(0, tailLength - keep, tailLength);
        tailLength = keep;
      }
      tailLength += wanted.copy(tail, tailLength);
      bytes += part.length;
    },
    get bytes() {
      return bytes;
    },
    get last() {
      return tail[tailLength - 1];
    },
    ends: (wanted) => ({
      head: head.subarray(0, Math.min(headLength, OUTLINE_BYTES, wanted)),
      tail: tail.subarray(0, tailLength - (bytes - wanted)).subarray(-OUTLINE_BYTES),
    }),
  };
}
