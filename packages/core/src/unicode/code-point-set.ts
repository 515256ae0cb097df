/** A set of code points, looked up by binary search. */
export interface CodePointSet {
  has(codePoint: number): boolean;
}

/** Reads ranges as the generated data holds them: begin and exclusive end in turn, as base-36 steps. */
export function decodeRanges(encoded: string): CodePointSet {
  const steps = encoded.split(' ');
  const bounds = new Uint32Array(steps.length);
  let at = 0;
  steps.forEach((step, index) => {
    at += Number.parseInt(step, 36);
    bounds[index] = at;
  });
  return {
    has(codePoint) {
      let low = 0;
      let high = bounds.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((bounds[middle] ?? 0) <= codePoint) low = middle + 1;
        else high = middle;
      }
      // An odd number of bounds at or before the code point: it is inside a range.
      return low % 2 === 1;
    },
  };
}
