/** Longer words are not compared: no field or value is half as long. */
const MAX_LENGTH = 64;

/** Upper and lower case and the marks between words are no difference: `allowedTools` is `allowed_tools`. */
function simplify(name: string): string {
  return name.toLowerCase().replaceAll(/[-_. ]/g, '');
}

/** Damerau-Levenshtein distance (adjacent letters may swap), at most `limit + 1`. */
function measureDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        (last[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (last[column - 1] ?? 0) + (same ? 0 : 1),
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        cost = Math.min(cost, (beforeLast[column - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return last[b.length] ?? limit + 1;
}

/**
 * The known name that a mistyped one most likely means; undefined where none is near. Of several as near, the first.
 */
export function findNearestName(written: string, known: Iterable<string>): string | undefined {
  if (written.length === 0 || written.length > MAX_LENGTH) return undefined;
  const simple = simplify(written);
  let nearest: string | undefined;
  let best = Math.min(3, Math.floor(simple.length / 3)) + 1;
  for (const name of known) {
    const candidate = simplify(name);
    const distance = simple === candidate ? 0 : measureDistance(simple, candidate, best);
    if (distance < best) {
      best = distance;
      nearest = name;
    }
  }
  return nearest;
}
