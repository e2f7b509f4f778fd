import { windowAxis } from "../graph/operators/window.js";
import { type Conv2dOptions, matMul, reshape } from "../graph/ops.js";
import { multiplyDims, staticDim } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import { type Matrix, multiplyAcross, multiplyDown } from "./axis-products.js";
import { outputSize } from "./direct.js";
import { convert, type Feature, type ImageSize, pixels } from "./layout.js";
import type { LoweringRule } from "./lower.js";
import { toomCook } from "./toom-cook.js";

const window = 3;
/** Outputs of a tile along an axis, at most: more would save products, at the cost of digits. */
const largestTile = 4;
/**
 * A product with one of the constant matrices, whose sides are short, takes about this many times as long as the same
 * arithmetic in the products of the channels.
 */
const priceOfTransform = 2;
/** How much cheaper than a product of whole patches it has to be. */
const wantedGain = 0.8;

/** An image's axis cut into tiles: each of `tile` outputs, from `tile + 2` values that overlap the next tile's. */
interface Axis {
  readonly size: number;
  readonly outputs: number;
  readonly tile: number;
  readonly tiles: number;
  /** Zeros that the padding puts before the first pixel. */
  readonly before: number;
}

/**
 * A 3 x 3 convolution by Winograd's minimal filtering (Lavin and Gray 2016, "Fast Algorithms for Convolutional Neural
 * Networks"): tiles of the image and the kernel are each carried over by small constant matrices to where the convolution is
 * a product of channels at every one of (tile + 2)² places, and the result is carried back. For tiles of 4 x 4 that
 * is a quarter of the multiplications. Pixels lie outside the batch (`pixels`), so that the constant matrices
 * multiply a whole batch at once and no patch is ever gathered; the gradients are the same kind of products.
 */
export const winogradConv2d: LoweringRule = (node, [x, kernel]) => {
  const { strides, dilation, padding } = node.attributes as unknown as Conv2dOptions;
  const weights = (kernel as Feature).value;
  const sides = [staticDim(weights.shape, 0, "Conv2D"), staticDim(weights.shape, 1, "Conv2D")];
  if ([...strides, ...dilation].some((n) => n !== 1) || sides.some((side) => side !== window))
    return undefined;
  const image = x as Feature;
  const size = image.size as ImageSize;
  const output = outputSize(node);
  const along = (length: number): Axis => {
    const { output: outputs, before } = windowAxis(length, window, 1, 1, padding, "window");
    return cut(length, outputs, before);
  };
  const [down, across] = [along(size.height), along(size.width)];
  if (!pays(down, across, size.channels, output.channels)) return undefined;

  const { value } = convert(image, pixels);
  const places = carryOver(value, down, across, size);
  const products = matMul(places, carryKernel(weights, down, across));
  const result = carryBack(products, down, across, output);
  return { value: result, layout: pixels, size: output };
};

/** Tiles with the fewest values between them; of several, the smallest, which lose fewest digits. */
function cut(size: number, outputs: number, before: number): Axis {
  const cuts = Array.from({ length: largestTile }, (_, i) => {
    const tile = i + 1;
    return { size, outputs, before, tile, tiles: Math.ceil(outputs / tile) };
  });
  return cuts.reduce((best, next) => (values(next) < values(best) ? next : best));
}

const points = ({ tile }: Axis): number => tile + window - 1;
const values = (axis: Axis): number => axis.tiles * points(axis);

/** Whether the products of the channels and the constant matrices are cheaper than the patches' product. */
function pays(down: Axis, across: Axis, channels: number, filters: number): boolean {
  const [h, w] = [values(down), values(across)];
  const over = channels * (h * down.size * across.size + h * across.size * w);
  const back = filters * (h * w * across.outputs + h * down.outputs * across.outputs);
  const patches = window * window * down.outputs * across.outputs * channels * filters;
  return h * w * channels * filters + priceOfTransform * (over + back) < wantedGain * patches;
}

/** `[H, W, batch, C]` as `[points, tiles down, points, tiles across * batch, C]`. */
function carryOver(
  image: Value,
  down: Axis,
  across: Axis,
  { batch, height, width, channels }: ImageSize,
): Value {
  const stack = reshape(image, [height, width, multiplyDims(batch, channels)]);
  const both = multiplyAcross(overMatrix(across), multiplyDown(overMatrix(down), stack));
  return reshape(both, [
    points(down),
    down.tiles,
    points(across),
    multiplyDims(batch, across.tiles),
    channels,
  ]);
}

/** `[3, 3, C, K]` as `[points, 1, points, C, K]`. */
function carryKernel(kernel: Value, down: Axis, across: Axis): Value {
  const channels = staticDim(kernel.shape, 2, "Conv2D");
  const filters = staticDim(kernel.shape, 3, "Conv2D");
  const matrix = (axis: Axis): Matrix => toomCook(axis.tile, window).kernel;
  const stack = reshape(kernel, [window, window, channels * filters]);
  const both = multiplyAcross(matrix(across), multiplyDown(matrix(down), stack));
  return reshape(both, [points(down), 1, points(across), channels, filters]);
}

/** `[points, tiles down, points, tiles across * batch, K]` as `[H, W, batch, K]`. */
function carryBack(
  products: Value,
  down: Axis,
  across: Axis,
  { batch, height, width, channels }: ImageSize,
): Value {
  const stack = reshape(products, [values(down), values(across), multiplyDims(batch, channels)]);
  const both = multiplyDown(backMatrix(down), multiplyAcross(backMatrix(across), stack));
  return reshape(both, [height, width, batch, channels]);
}

/** From an axis's pixels to the points of its tiles, point by point. Pixels of the padding are zero and left out. */
function overMatrix(axis: Axis): Matrix {
  const { input } = toomCook(axis.tile, window);
  return Array.from({ length: values(axis) }, (_, row) => {
    const first = (row % axis.tiles) * axis.tile - axis.before;
    const shares = input[Math.floor(row / axis.tiles)] as readonly number[];
    return Array.from({ length: axis.size }, (_, pixel) => shares[pixel - first] ?? 0);
  });
}

/** From the points of an axis's tiles to its outputs. The last tile may reach past them. */
function backMatrix(axis: Axis): Matrix {
  const { output } = toomCook(axis.tile, window);
  return Array.from({ length: axis.outputs }, (_, pixel) => {
    const shares = output[pixel % axis.tile] as readonly number[];
    return Array.from({ length: values(axis) }, (_, column) =>
      column % axis.tiles === Math.floor(pixel / axis.tile)
        ? (shares[Math.floor(column / axis.tiles)] as number)
        : 0,
    );
  });
}
