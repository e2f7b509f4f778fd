import { windowAxis } from "../graph/operators/window.js";
import { type Pool2dOptions, reshape } from "../graph/ops.js";
import { multiplyDims } from "../graph/shape.js";
import { type Matrix, multiplyAcross, multiplyDown } from "./axis-products.js";
import { outputSize } from "./direct.js";
import { type Feature, type ImageSize, pixels } from "./layout.js";
import type { LoweringRule } from "./lower.js";

/** Average pooling of pixels that lie outside the batch: a product with a constant matrix along each axis. */
export const pixelAveragePool2d: LoweringRule = (node, [x]) => {
  const { value, layout, size } = x as Feature;
  if (layout.kind !== "pixels") return undefined;
  const { batch, height, width, channels } = size as ImageSize;
  const options = node.attributes as unknown as Pool2dOptions;
  const down = means(height, options, 0);
  const across = means(width, options, 1);
  const stack = reshape(value, [height, width, multiplyDims(batch, channels)]);
  const product = multiplyAcross(across, multiplyDown(down, stack));
  const pooled = reshape(product, [down.length, across.length, batch, channels]);
  return { value: pooled, layout: pixels, size: outputSize(node) };
};

/** From an axis's pixels to the means of its windows. Padding does not count, so each axis has means of its own. */
function means(pixelCount: number, { poolSize, strides, padding }: Pool2dOptions, axis: 0 | 1): Matrix {
  const [size, stride] = [poolSize[axis], strides[axis]];
  const { output, before } = windowAxis(pixelCount, size, stride, 1, padding, "AveragePooling2D");
  return Array.from({ length: output }, (_, window) => {
    const first = window * stride - before;
    const inside = Math.min(first + size, pixelCount) - Math.max(first, 0);
    return Array.from({ length: pixelCount }, (_, pixel) =>
      pixel >= first && pixel < first + size ? 1 / inside : 0,
    );
  });
}
