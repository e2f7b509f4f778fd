import { TrazoError } from "../errors.js";
import { PhiloxStream, philox4x32 } from "./philox.js";
import type { RandomStream } from "./stream.js";

/**
 * The stream of random numbers named by a seed and a path, e.g. `randomStream(7, "shuffle", epoch)`. A pure function
 * of its arguments: the same call always gives the same numbers, and asking for another stream never moves them.
 *
 * The seed is the key of a Philox4x32-10 generator; a digest of the path is the upper half of its counter. Streams of
 * different paths therefore never overlap unless two 64-bit digests collide.
 *
 * @param seed an integer from 0 to 2⁵³−1
 * @param path names and finite numbers; `1` and `"1"` are different, and so are `["ab"]` and `["a", "b"]`
 * @throws TrazoError for any other seed, or a path entry that is NaN or infinite
 */
export function randomStream(seed: number, ...path: (string | number)[]): RandomStream {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new TrazoError(`A seed must be an integer from 0 to 9007199254740991, but got ${seed}.`);
  }
  return new PhiloxStream([seed % 2 ** 32, Math.floor(seed / 2 ** 32)], digest(path.flatMap(words)));
}

const NUMBER_TAG = 1;
const STRING_TAG = 2;

/** A path entry as 32-bit words, prefix-free so that different paths give different word sequences. */
function words(entry: string | number): number[] {
  if (typeof entry === "number") {
    if (!Number.isFinite(entry)) {
      throw new TrazoError(`A random stream's path holds names and finite numbers, but got ${entry}.`);
    }
    const view = new DataView(new ArrayBuffer(8));
    // Adding 0 makes -0 the same name as 0.
    view.setFloat64(0, entry + 0);
    return [NUMBER_TAG, view.getUint32(0), view.getUint32(4)];
  }
  const text = new TextEncoder().encode(entry);
  const padded = new Uint8Array(Math.ceil(text.length / 4) * 4);
  padded.set(text);
  const view = new DataView(padded.buffer);
  const packed = Array.from({ length: padded.length / 4 }, (_, i) => view.getUint32(4 * i));
  return [STRING_TAG, text.length, ...packed];
}

/** Chains Philox as a compression function over blocks of four words (Matyas, Meyer and Oseas's construction). */
function digest(message: readonly number[]): [number, number] {
  const state = new Uint32Array(4);
  const mixed = new Uint32Array(4);
  for (let start = 0; start < message.length; start += 4) {
    for (let i = 0; i < 4; i++) mixed[i] = (state[i] as number) ^ (message[start + i] ?? 0);
    const [m0, m1, m2, m3] = mixed as unknown as [number, number, number, number];
    philox4x32(m0, m1, m2, m3, message.length, start, state);
    for (let i = 0; i < 4; i++) state[i] = (state[i] as number) ^ (mixed[i] as number);
  }
  return [state[0] as number, state[1] as number];
}
