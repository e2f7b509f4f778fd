import { activationNumbers } from "../../kernels/plan-kernels.js";
import { kernel } from "../program/steps.js";
import type { Convolution, ConvolutionMethod } from "./convolution-method.js";
import { inputGradientByPatches } from "./patches.js";
import { patchNumbers } from "./window.js";

/** Filters up to which a vector of a matrix product would be half empty, or worse. */
const mostFilters = 8;
/** Values of a patch up to which a product would be spent on moving patches. */
const longestPatch = 32;

/**
 * A convolution with few filters over few channels, as networks begin with: computed where the pixels lie. Undefined where
 * products of patches are faster.
 */
export function narrowConvolution(convolution: Convolution): ConvolutionMethod | undefined {
  const { x, weights, window, filters, ending } = convolution;
  const { bias, activation, output } = ending;
  const length = window.size[0] * window.size[1] * window.channels;
  if (filters > mostFilters || filters % 2 !== 0 || length > longestPatch) return undefined;
  if (window.dilation.some((step) => step !== 1)) return undefined;
  const images = [{ perRow: 1 }, ...patchNumbers(window)] as const;
  const relu = activation === activationNumbers.relu ? 1 : 0;
  return {
    leastRows: 1,
    forward(emit) {
      const [w, b] = [emit.place(weights), bias ? emit.place(bias) : 0];
      emit.block(
        kernel("narrowConvolution", emit.place(x), ...images, w, filters, b, relu, emit.place(output)),
      );
    },
    adjoint(emit, dy) {
      const dw = emit.weightGradient(weights, "sum");
      if (dw) emit.block(kernel("narrowKernelAdjoint", emit.place(x), ...images, dy, filters, dw.place));
      inputGradientByPatches(emit, convolution, dy);
    },
  };
}
