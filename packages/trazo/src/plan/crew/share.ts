import type { SharedWebAssemblyMemory } from "../../kernels/webassembly.js";
import { type WebAssemblyModule, webAssembly } from "../../kernels/webassembly.js";
import type { KernelTable, StreamPass } from "../program/blas.js";
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

/** What is made of a module, each once, for as long as there is the module: a thread receives another one with each program. */
function once<T>(make: (module: WebAssemblyModule) => T): (module: WebAssemblyModule) => T {
  const known = new WeakMap<WebAssemblyModule, T>();
  return (module) => {
    const made = known.get(module) ?? make(module);
    known.set(module, made);
    return made;
  };
}

/**
 * Binds streams to a memory.
 *
 * @param scratch 16 free bytes for each array
 */
export const streamBinder = (
  memory: SharedWebAssemblyMemory,
  scratch: number,
): ((module: WebAssemblyModule) => StreamPass) => once((module) => bindStream(module, memory, scratch));

/** Binds modules of kernels to a memory. */
export const kernelBinder = (memory: SharedWebAssemblyMemory): ((module: WebAssemblyModule) => KernelTable) =>
  once((module) => new webAssembly.Instance(module, { env: { memory } }).exports as KernelTable);

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
