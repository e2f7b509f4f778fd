import type { Pool2dOptions } from "../graph/ops.js";
import { gather, maximum } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import { outputSize, padsFor } from "./direct.js";
import { convert, type Feature, type ImageSize, plain } from "./layout.js";
import type { Lowering, LoweringRule } from "./lower.js";
import { tiledGemm } from "./tiled-gemm.js";

/**
 * Max pooling as the larger of neighbors, along one axis after the other: ONNX Runtime's own does not say on WebGPU where a window's
 * largest was, which its gradient needs. The first of equal ones takes the gradient, here too.
 */
const maxOfNeighbors: LoweringRule = (node, [x]) => {
  const { poolSize, strides, padding } = node.attributes as unknown as Pool2dOptions;
  const image = convert(x as Feature, plain);
  const size = image.size as ImageSize;
  const output = outputSize(node);
  const [top, left] = padsFor(size, poolSize, strides, [1, 1], padding);
  const columns = { axis: 2, size: size.width, count: output.width, window: poolSize[1], stride: strides[1] };
  const rows = { axis: 1, size: size.height, count: output.height, window: poolSize[0], stride: strides[0] };
  const value = largestAlong(largestAlong(image.value, { ...columns, before: left }), {
    ...rows,
    before: top,
  });
  return { value, layout: plain, size: output };
};

interface Windows {
  readonly axis: number;
  readonly size: number;
  readonly count: number;
  readonly window: number;
  readonly stride: number;
  readonly before: number;
}

function largestAlong(x: Value, { axis, size, count, window, stride, before }: Windows): Value {
  const pick = (place: number): Value => {
    // A place outside of the image is one at its edge, which is in the window as well: the largest stays the same.
    const inside = (i: number): number => Math.min(size - 1, Math.max(0, i * stride - before + place));
    return gather(
      x,
      Int32Array.from({ length: count }, (_, i) => inside(i)),
      [count],
      axis,
    );
  };
  return Array.from({ length: window }, (_, place) => pick(place)).reduce(maximum);
}

/** The form for GPUs through WebGPU. */
export const withoutIndices: Lowering = {
  name: "withoutIndices",
  rules: { ...tiledGemm.rules, MaxPool2d: [maxOfNeighbors] },
};
