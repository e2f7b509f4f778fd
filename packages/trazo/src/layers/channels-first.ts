import { transpose } from "../graph/ops.js";
import type { Dim, Shape, Value } from "../graph/value.js";
import { type HiddenOption, option } from "../schema/option.js";
import { isSame } from "../schema/options.js";
import type { Layer } from "./layer.js";

const formats = ["channels_last", "channels_first"] as const;
type DataFormat = (typeof formats)[number];

/**
 * Keras's order of the axes of images. Files may have the channels first; models built here have them last, and another
 * order with `permute`.
 */
export const dataFormat = (): HiddenOption<"channels_last", DataFormat> => ({
  ...option<"channels_last", DataFormat>({
    expected: formats.map((format) => `"${format}"`).join(" or "),
    accept: (value) => formats.find((format) => isSame(format, value)),
  }),
  optional: true,
  neutral: ["channels_last"],
  fallback: () => "channels_last",
});

type Computation = Pick<Layer, "build" | "call">;

/** A layer of images whose channels are last, for images `[batch, channels, height, width]`. */
export const channelsFirst = (layer: Computation): Computation => ({
  ...layer,
  build(inputShape) {
    const { outputShape, weights } = layer.build(inputShape.length > 2 ? withLast(inputShape) : inputShape);
    return { outputShape: outputShape.length > 2 ? withFirst(outputShape) : outputShape, weights };
  },
  call(x, weights, context) {
    const y = layer.call(axisMoved(x, 1, x.shape.length - 1), weights, context);
    return y.shape.length > 2 ? axisMoved(y, y.shape.length - 1, 1) : y;
  },
});

const withLast = ([batch, channels, ...places]: Shape): Shape => [batch as Dim, ...places, channels as Dim];

const withFirst = (shape: Shape): Shape => [shape[0] as Dim, shape.at(-1) as Dim, ...shape.slice(1, -1)];

/** A value with one of its axes in another place; the others stay in order. */
export function axisMoved(x: Value, from: number, to: number): Value {
  const others = x.shape.map((_, axis) => axis).filter((axis) => axis !== from);
  return transpose(x, [...others.slice(0, to), from, ...others.slice(to)]);
}
