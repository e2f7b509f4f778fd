import { compileInputKernels, type InputKernels } from "../../kernels/input-kernels.js";
import { kernelOf } from "../program/steps.js";

/** A call of one of the kernels that make inputs. */
export const inputKernel = kernelOf<InputKernels>(compileInputKernels());
