/**
 * Makes something at most once in a while: each caller gets the one being made, or the last one if it is recent.
 *
 * @param seconds how long something stays recent after it was made
 */
export function recent<T>(make: () => Promise<T>, seconds: number): () => Promise<T> {
  let last: { readonly made: Promise<T>; at: number } | undefined;
  return () => {
    if (last && performance.now() - last.at < seconds * 1000) return last.made;
    const one = { made: make(), at: Number.POSITIVE_INFINITY };
    last = one;
    const settle = (): void => {
      one.at = performance.now();
    };
    one.made.then(settle, () => {
      if (last === one) last = undefined;
    });
    return one.made;
  };
}
