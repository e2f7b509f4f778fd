import { compileInputKernels, type InputKernels } from "../../kernels/input-kernels.js";
import type { Count, KernelStep, Place } from "../program/program.js";

const module = compileInputKernels();

/** A call of one of the kernels that make inputs. */
export const inputKernel = (name: keyof InputKernels, ...args: readonly (Count | Place)[]): KernelStep => ({
  kind: "kernel",
  module,
  name,
  args,
});
