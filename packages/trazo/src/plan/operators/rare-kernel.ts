import { compileRarePlanKernels, type RarePlanKernels } from "../../kernels/rare-plan-kernels.js";
import type { Count, KernelStep, Place } from "../program/program.js";

const module = compileRarePlanKernels();

/** A call of one of the kernels that come with rare operators. */
export const rareKernel = (name: keyof RarePlanKernels, ...args: readonly (Count | Place)[]): KernelStep => ({
  kind: "kernel",
  module,
  name,
  args,
});
