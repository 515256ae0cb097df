/** Keeps the last bytes of a stream. */
export interface Tail {
  append(part: Buffer): void;
  read(): Buffer;
}

/** Keeps the last `size` bytes; appending costs no more than the bytes that come, however small the parts are. */
export function createTail(size: number): Tail {
  const buffer = Buffer.alloc(size * 2);
  let length = 0;
  return {
    append(part) {
      const wanted = part.subarray(-size);
      if (length + wanted.length > buffer.length) {
        const keep = size - wanted.length;
        buffer.copyWithin(0, length - keep, length);
        length = keep;
      }
      wanted.copy(buffer, length);
      length += wanted.length;
    },
    read: () => buffer.subarray(Math.max(0, length - size), length),
  };
}
