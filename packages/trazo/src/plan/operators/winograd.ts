import { kernel } from "../program/steps.js";
import type { Convolution, ConvolutionMethod, ForBatches } from "./convolution-method.js";
import type { Window } from "./window.js";

/** Sides of a tile of outputs. */
const tiles = [4, 2] as const;
/** The fewest channels in and out: with fewer the transforms take nearly all of the time. */
const leastChannels = 8;
/** Tiles of a block from which on the products run at full speed. */
const wantedTiles = 64;
/** How much of the time of a multiplication a number that is transformed takes, there and back. */
const priceOfTransform = 12;

/**
 * The products of so many tiles take as long as what a step does once for the kernel, whatever the number of samples: it is carried to its points and
 * back, and each product reads all of these.
 */
const tilesOfKernel = 25;

/** A vector of each of a tile's points, which transforms of the input keep there. A row of a tile's pixels follows. */
const bytesOfPoints = 36 * 16;

/** Numbers of a kernel that are transformed together. */
const numbersOfShare = 64;

/**
 * A 3 x 3 convolution by Winograd's minimal filtering (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural
 * Networks"): tiles of the image and the kernel are carried to points where the convolution is a product of channels, and the
 * result is carried back. Undefined where products of patches are cheaper for any number of samples.
 */
export function winogradConvolution(convolution: Convolution): ForBatches | undefined {
  const { window, filters } = convolution;
  const isPlain = [...window.strides, ...window.dilation].every((size) => size === 1);
  if (!isPlain || window.size.some((size) => size !== 3)) return undefined;
  if (Math.min(window.channels, filters) < leastChannels) return undefined;
  const patches = window.outputHeight * window.outputWidth * 9 * window.channels * filters;
  const [best] = tiles
    .map((tile) => ({ tile, cost: costOf(tile, window, filters) }))
    .sort((a, b) => a.cost - b.cost);
  if (!best || best.cost >= patches) return undefined;
  const ofKernel = tilesOfKernel * (best.tile + 2) ** 2 * window.channels * filters;
  return {
    ...withTiles(best.tile, convolution),
    isWorth: (batch) => batch * (patches - best.cost) > ofKernel,
  };
}

const tilesAlong = (outputs: number, tile: number): number => Math.ceil(outputs / tile);

function costOf(tile: number, { outputHeight, outputWidth, channels }: Window, filters: number): number {
  const count = tilesAlong(outputHeight, tile) * tilesAlong(outputWidth, tile) * (tile + 2) ** 2;
  return count * (channels * filters + priceOfTransform * (channels + filters));
}

function withTiles(tile: number, { x, weights, window, filters, ending }: Convolution): ConvolutionMethod {
  const { bias, activation, output } = ending;
  const { height, width, channels, top, left, outputHeight, outputWidth } = window;
  const points = (tile + 2) ** 2;
  const [down, across] = [tilesAlong(outputHeight, tile), tilesAlong(outputWidth, tile)];
  // A row more than there are tiles, so that the points do not lie a power of two apart.
  const rows = { perRow: down * across, plus: 1 };
  const planes = (length: number): [number, number] => [
    4 * points * down * across * length,
    4 * points * length,
  ];
  const sizes = channels * filters;
  const workBytes = bytesOfPoints + 4 * (tile + 2) * channels;
  const share = { total: sizes, unit: numbersOfShare };
  const images = [{ perRow: 1 }, height, width, channels, top, left, down, across] as const;
  const results = [{ perRow: 1 }, outputHeight, outputWidth, filters, down, across] as const;
  const product = { kind: "product", count: points, accumulate: false } as const;
  return {
    leastRows: Math.ceil(wantedTiles / (down * across)),
    forward(emit) {
      const kernels = emit.state("kernels", 4 * points * sizes);
      const inputs = emit.scratch(...planes(channels));
      const products = emit.scratch(...planes(filters));
      const work = emit.scratch(0, workBytes);
      const [from, to] = [emit.ofShare(emit.place(weights), share, 4), emit.ofShare(kernels, share, 4)];
      emit.prepare(kernel("winogradKernel", from, sizes, tile, to, { share }));
      emit.block(
        kernel("winogradInput", emit.place(x), ...images, tile, inputs, work),
        {
          ...product,
          ...{ m: rows, n: filters, k: channels, transposeA: false, transposeB: false },
          ...{ a: inputs, b: kernels, y: products },
        },
        kernel(
          "winogradOutput",
          products,
          ...results,
          tile,
          bias ? emit.place(bias) : 0,
          activation,
          emit.place(output),
        ),
      );
    },
    adjoint(emit, dy) {
      const dw = emit.weightGradient(weights, "last");
      const dx = emit.inputGradient(x);
      if (!dw && !dx) return;
      const dProducts = emit.scratch(...planes(filters));
      const inputs = emit.scratch(...planes(channels));
      const work = emit.scratch(0, workBytes);
      emit.block(kernel("winogradOutputAdjoint", dy, ...results, tile, dProducts));
      if (dw) {
        const part = emit.state("kernel gradients of a block", 4 * points * sizes, "thread");
        const sum = emit.state("kernel gradients", 4 * points * sizes, "part");
        const forms = { m: channels, n: filters, k: rows, transposeA: true, transposeB: false } as const;
        emit.idle(kernel("fill", sum, points * sizes, 0));
        emit.block(
          kernel("winogradInput", emit.place(x), ...images, tile, inputs, work),
          { ...product, ...forms, a: inputs, b: dProducts, y: sum, turn: "first" },
          { ...product, ...forms, a: inputs, b: dProducts, y: part, turn: "later" },
          { ...kernel("add", sum, part, points * sizes), turn: "later" },
        );
        const [sums, to] = [emit.ofShare(emit.ofFirst(sum), share, 4), emit.ofShare(dw.place, share, 4)];
        emit.shared(
          kernel("winogradKernelAdjoint", sums, sum.perPart, emit.parts, sizes, tile, to, { share }),
        );
      }
      if (!dx) return;
      emit.block(
        {
          ...product,
          ...{ m: rows, n: channels, k: filters, transposeA: false, transposeB: true },
          ...{ a: dProducts, b: emit.state("kernels", 4 * points * sizes), y: inputs },
        },
        kernel("winogradInputAdjoint", inputs, ...images, tile, dx, work),
      );
    },
  };
}
