import type { SharedWebAssemblyMemory } from "../../kernels/webassembly.js";
import { type WebAssemblyModule, webAssembly } from "../../kernels/webassembly.js";
import type { StreamPass } from "../program/blas.js";
import { shareOf } from "../program/steps.js";

/** Values go to threads in pieces of this length, which is how many are summed up at a time. */
export const piece = 128;

/** Passes over a thread's share of the arrays at some addresses, and gives its sum. */
export type ShareOfStream = (
  thread: number,
  count: number,
  addresses: readonly number[],
  scalars: readonly number[],
) => number;

/**
 * Binds modules to a memory, each once.
 *
 * @param scratch 16 free bytes for each array
 */
export function streamBinder(
  memory: SharedWebAssemblyMemory,
  scratch: number,
): (module: WebAssemblyModule) => StreamPass {
  const known = new Map<WebAssemblyModule, StreamPass>();
  return (module) => {
    const pass = known.get(module) ?? bindStream(module, memory, scratch);
    known.set(module, pass);
    return pass;
  };
}

function bindStream(module: WebAssemblyModule, memory: SharedWebAssemblyMemory, scratch: number): StreamPass {
  const { exports } = new webAssembly.Instance(module, { env: { memory } });
  const { run } = exports as { run(...numbers: number[]): number };
  return (addresses, count, scalars) => run(...addresses, count, scratch, ...scalars);
}

/** @param scratch 16 free bytes for each array */
export function bindShares(
  module: WebAssemblyModule,
  memory: SharedWebAssemblyMemory,
  scratch: number,
  threads: number,
): ShareOfStream {
  const pass = bindStream(module, memory, scratch);
  return (thread, whole, addresses, scalars) => {
    const { from, count } = shareOf({ total: whole, unit: piece }, thread, threads);
    return pass(
      addresses.map((address) => address + 4 * from),
      count,
      scalars,
    );
  };
}
