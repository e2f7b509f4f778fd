import { TrazoError } from "../errors.js";
import { reshape as reshapeValue } from "../graph/ops.js";
import { formatShape, staticShape } from "../graph/shape.js";
import type { Dim, Shape } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { option } from "../schema/option.js";
import { defineLayer } from "./define-layer.js";

const target = option<readonly number[]>({
  expected: "a shape, e.g. [7, 7, 16]",
  accept: (value) => (Array.isArray(value) && value.every(Number.isSafeInteger) ? [...value] : undefined),
  json: { type: "array", items: { type: "integer" } },
  toKeras: (shape) => [...shape],
  fromKeras: (json) => (typeof json === "number" ? [json] : json),
});

export type ReshapeOptions = OptionsOf<typeof reshape>;

/**
 * The same values under another shape, as Keras's `Reshape`.
 *
 * @throws TrazoError when built for an input with another number of values
 * @example
 * ```ts
 * layers.reshape({ targetShape: [28, 28, -1] });
 * ```
 */
export const reshape = defineLayer({
  className: "Reshape",
  options: {
    /** Shape of one sample; one entry may be -1 and takes what is left over. */
    targetShape: target,
  },
  create({ targetShape }) {
    const resolve = (inputShape: Shape): Shape => [
      inputShape[0] as Dim,
      ...resolveTarget(inputShape, targetShape),
    ];
    return {
      build: (inputShape) => ({ outputShape: resolve(inputShape), weights: [] }),
      call: (x) => reshapeValue(x, resolve(x.shape)),
    };
  },
});

function resolveTarget(inputShape: Shape, target: readonly number[]): number[] {
  const size = staticShape(inputShape.slice(1), "Reshape").reduce((a, b) => a * b, 1);
  const known = target.filter((dim) => dim !== -1).reduce((a, b) => a * b, 1);
  const shape = target.map((dim) => (dim === -1 ? size / known : dim));
  const fits =
    shape.reduce((a, b) => a * b, 1) === size && shape.every((dim) => Number.isInteger(dim) && dim > 0);
  if (fits && target.filter((dim) => dim === -1).length <= 1) return shape;
  throw new TrazoError(
    `Reshape: a sample of ${formatShape(inputShape.slice(1))} does not fit [${target.join(", ")}].`,
  );
}
