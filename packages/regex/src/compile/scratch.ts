const SIZE = 1 << 16;

/**
 * Lists of zeros that are only needed for a moment, cut from one block: thousands of small patterns would
 * otherwise leave tens of thousands of buffers to the collector.
 */
export class Scratch {
  private readonly block = new Int32Array(SIZE);
  private used = 0;

  /** Takes back all that was lent. */
  reset(): void {
    this.used = 0;
  }

  lend(length: number): Int32Array {
    const end = this.used + length;
    if (end > SIZE) return new Int32Array(length);
    const list = this.block.subarray(this.used, end);
    this.used = end;
    return list.fill(0);
  }
}
