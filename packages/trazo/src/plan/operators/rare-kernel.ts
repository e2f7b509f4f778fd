import { compileRarePlanKernels, type RarePlanKernels } from "../../kernels/rare-plan-kernels.js";
import { kernelOf } from "../program/steps.js";

/** A call of one of the kernels that come with rare operators. */
export const rareKernel = kernelOf<RarePlanKernels>(compileRarePlanKernels());
