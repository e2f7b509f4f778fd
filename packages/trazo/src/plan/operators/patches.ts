import { activationNumbers } from "../../kernels/plan-kernels.js";
import type { Place } from "../program/program.js";
import { kernel } from "../program/steps.js";
import type { Emitter } from "../task/task.js";
import type { Convolution, ConvolutionMethod } from "./convolution-method.js";
import { columnNumbers, columnsWork, fewChannels, patchNumbers, type Window } from "./window.js";

/** Rows of a product from which on it runs at full speed. */
const wantedRows = 64;

/**
 * A convolution as a product of patches, gathered block by block, with the kernel. A kernel of one pixel needs no patches:
 * its images are multiplied as they are.
 */
export function patchConvolution({ x, weights, window, filters, ending }: Convolution): ConvolutionMethod {
  const { bias, activation, output } = ending;
  const pixels = window.outputHeight * window.outputWidth;
  const rows = { perRow: pixels };
  const length = window.size[0] * window.size[1] * window.channels;
  const numbers = patchNumbers(window);
  const isPlain = isOnePixel(window);
  const product = { kind: "product", count: 0 } as const;
  return {
    leastRows: Math.ceil(wantedRows / pixels),
    forward(emit) {
      const [images, y] = [emit.place(x), emit.place(output)];
      const patches = isPlain ? images : emit.scratch(4 * pixels * length);
      if (!isPlain) emit.block(kernel("patches", images, { perRow: 1 }, ...numbers, patches));
      const forms = { transposeA: false, transposeB: false, accumulate: false };
      emit.block({
        ...product,
        ...forms,
        m: rows,
        n: filters,
        k: length,
        a: patches,
        b: emit.place(weights),
        y,
      });
      if (bias || activation !== activationNumbers.none) {
        emit.block(kernel("biasActivation", y, rows, filters, bias ? emit.place(bias) : 0, activation));
      }
    },
    adjoint(emit, dy) {
      const images = emit.place(x);
      const dw = emit.weightGradient(weights, "sum");
      if (dw) {
        const isSorted = sortsColumns(window);
        const patches = isPlain ? images : emit.scratch(4 * pixels * length);
        if (isSorted) {
          const work = emit.scratch(0, columnsWork(window));
          emit.block(kernel("patchColumns", images, { perRow: 1 }, ...columnNumbers(window), work, patches));
        } else if (!isPlain) emit.block(kernel("patches", images, { perRow: 1 }, ...numbers, patches));
        const forms = { transposeA: !isSorted, transposeB: false, accumulate: dw.accumulate };
        emit.block({ ...product, ...forms, m: length, n: filters, k: rows, a: patches, b: dy, y: dw.place });
      }
      inputGradientByPatches(emit, { x, weights, window, filters, ending }, dy);
    },
  };
}

/** The gradient of the images: the product that gives the gradients of patches, and these gathered. */
export function inputGradientByPatches(
  emit: Emitter,
  { x, weights, window, filters }: Convolution,
  dy: Place,
): void {
  const dx = emit.inputGradient(x);
  if (!dx) return;
  const pixels = window.outputHeight * window.outputWidth;
  const length = window.size[0] * window.size[1] * window.channels;
  const isPlain = isOnePixel(window);
  const dPatches = isPlain ? dx : emit.scratch(4 * pixels * length);
  const forms = { transposeA: false, transposeB: true, accumulate: false };
  emit.block({
    kind: "product",
    count: 0,
    ...forms,
    m: { perRow: pixels },
    n: length,
    k: filters,
    a: dy,
    b: emit.place(weights),
    y: dPatches,
  });
  if (isPlain) return;
  emit.block(
    kernel("fill", dx, { perRow: window.height * window.width * window.channels }, 0),
    kernel("patchesAdjoint", dPatches, { perRow: 1 }, ...patchNumbers(window), dx),
  );
}

const isOnePixel = ({ size, strides }: Window): boolean => [...size, ...strides].every((one) => one === 1);

/** Whether the product that gives the kernel's gradient reads what it sums side by side: where there are few channels that is made as quickly. */
const sortsColumns = (window: Window): boolean =>
  window.channels <= fewChannels && window.dilation.every((step) => step === 1) && !isOnePixel(window);
