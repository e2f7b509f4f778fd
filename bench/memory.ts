/** Bytes a second that one thread moves, counting both what it reads and what it writes: the best of several copies of 64 MB. */
export function memoryBandwidth(): number {
  const from = new Float32Array(16 << 20).fill(1);
  const to = new Float32Array(from.length);
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 12; i++) {
    const begun = performance.now();
    to.set(from);
    best = Math.min(best, performance.now() - begun);
  }
  return (2 * from.byteLength) / (best / 1000);
}
