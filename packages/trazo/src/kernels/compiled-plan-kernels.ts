import { decodeBase64 } from "./base64.js";
import { planKernelModule } from "./generated/plan-module.js";
import { type WebAssemblyModule, webAssembly } from "./webassembly.js";

/** The kernels, compiled, of which every thread makes its own. Once, for all models: they are the same, and take as long as some steps. */
export const compiledPlanKernels: WebAssemblyModule = new webAssembly.Module(decodeBase64(planKernelModule));
