import { requireImages } from "../graph/operators/semantic.js";
import { add, mul } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import { tensor } from "../tensor.js";
import type { CallContext, Layer } from "./layer.js";
import { sameShape } from "./same-shape.js";

/** A layer that changes images `[batch, height, width, channels]` while training, and is the identity otherwise. */
export const imagesInTraining = (
  className: string,
  change: (x: Value, context: CallContext) => Value,
): Pick<Layer, "build" | "call"> => ({
  build(inputShape) {
    requireImages(className, inputShape);
    return sameShape(inputShape);
  },
  call: (x, _weights, context) => (context.training ? change(x, context) : x),
});

/** The ends of what is drawn. */
export type Range = readonly [low: number, high: number];

/** Numbers `[batch, k]` from [0, 1), each column moved to its range. */
export function withinRanges(uniform: Value, ranges: readonly Range[]): Value {
  const row = (values: readonly number[]): Value =>
    uniform.graph.constant(tensor("float32", [ranges.length], Float32Array.from(values)));
  return add(mul(uniform, row(ranges.map(([low, high]) => high - low))), row(ranges.map(([low]) => low)));
}
