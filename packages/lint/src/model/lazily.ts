/** A function that computes its answer when it is first asked, and remembers it. */
export function lazily<T>(compute: () => T): () => T {
  let held: { readonly value: T } | undefined;
  return () => {
    held ??= { value: compute() };
    return held.value;
  };
}
