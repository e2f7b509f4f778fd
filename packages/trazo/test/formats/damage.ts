import { randomStream } from "../../src/random/derive.js";

/** A file that was damaged in some way. */
export interface Damaged {
  readonly bytes: Uint8Array;
  /** What was done to it. */
  readonly how: string;
  /** Upper limit of the bytes that differ; Infinity for a file that was cut. */
  readonly changed: number;
}

/** Damages a file: the same number gives the same damage. A third each is cut, has single bytes flipped, or a run overwritten. */
export function damage(whole: Uint8Array, seed: number): Damaged {
  const stream = randomStream(seed, "damage");
  const below = (limit: number): number => Math.floor(stream.uniform() * limit);
  const kind = seed % 3;
  if (kind === 0) {
    const length = below(whole.length);
    return {
      bytes: whole.subarray(0, length),
      how: `cut to ${length} bytes`,
      changed: Number.POSITIVE_INFINITY,
    };
  }
  // A Buffer's slice would be no copy.
  const bytes = Uint8Array.from(whole);
  if (kind === 1) {
    const offsets = Array.from({ length: 1 + below(8) }, () => below(whole.length));
    for (const offset of offsets) bytes[offset] = (bytes[offset] as number) ^ (1 + below(255));
    return { bytes, how: `bytes flipped at ${offsets.join(", ")}`, changed: offsets.length };
  }
  const [start, length, value] = [below(whole.length), 1 + below(64), [0, 255, -1][below(3)] as number];
  for (let i = start; i < Math.min(start + length, whole.length); i++)
    bytes[i] = value < 0 ? below(256) : value;
  return { bytes, how: `${length} bytes overwritten from ${start} on`, changed: length };
}
