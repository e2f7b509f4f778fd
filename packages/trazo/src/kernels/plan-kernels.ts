import { decodeBase64 } from "./base64.js";
import { planKernelModule } from "./generated/plan-module.js";
import { type SharedWebAssemblyMemory, type WebAssemblyModule, webAssembly } from "./webassembly.js";

/** Loops over a flat memory by name; see src/kernels/assembly/plan for what each takes. */
export type PlanKernels = Readonly<Record<string, (...args: number[]) => void>>;

/** The plan's kernels, compiled: every thread makes its own of them. */
export const compilePlanKernels = (): WebAssemblyModule =>
  new webAssembly.Module(decodeBase64(planKernelModule));

/** Bytes that each thread's kernels work in. */
export const workBytes = 2304;

/** @param work where this thread's `workBytes` bytes are, a multiple of 16 */
export function planKernels(
  module: WebAssemblyModule,
  memory: SharedWebAssemblyMemory,
  work: number,
): PlanKernels {
  const { exports } = new webAssembly.Instance(module, { env: { memory } });
  const { setWork, ...kernels } = exports as PlanKernels;
  setWork?.(work);
  return kernels;
}
