import type { SharedWebAssemblyMemory } from "../../kernels/webassembly.js";
import { type WebAssemblyModule, webAssembly } from "../../kernels/webassembly.js";
import { shareOf } from "../program/steps.js";

/** Values go to threads in pieces of this length, which is how many are summed up at a time. */
const piece = 128;

/** Passes over a thread's share of the arrays at some addresses, and gives its sum. */
export type ShareOfStream = (
  thread: number,
  count: number,
  addresses: readonly number[],
  scalars: readonly number[],
) => number;

/** @param scratch 16 free bytes for each array */
export function bindShares(
  module: WebAssemblyModule,
  memory: SharedWebAssemblyMemory,
  scratch: number,
  threads: number,
): ShareOfStream {
  const { exports } = new webAssembly.Instance(module, { env: { memory } });
  const { run } = exports as { run(...numbers: number[]): number };
  return (thread, whole, addresses, scalars) => {
    const { from, count } = shareOf({ total: whole, unit: piece }, thread, threads);
    return run(...addresses.map((address) => address + 4 * from), count, scratch, ...scalars);
  };
}
