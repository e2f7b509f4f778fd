import { expect } from "vitest";
import { nodeRuntime, type Runtime } from "../../src/index.js";
import { relativeError } from "../lowering/compare.js";

/** What trains by plans. */
export const planned = (threads: number, background = false): Promise<Runtime> =>
  nodeRuntime({ threads, background, engine: "plan" });

/** Expects weights that differ from others by rounding only. */
export function expectWeights(
  got: readonly Float32Array[],
  wanted: readonly Float32Array[],
  most: number,
): void {
  for (const [i, weights] of wanted.entries()) {
    expect(relativeError(got[i] ?? [], weights), `weight ${i}`).toBeLessThan(most);
  }
}
