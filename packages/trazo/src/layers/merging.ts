import { TrazoError } from "../errors.js";
import * as ops from "../graph/ops.js";
import { broadcastShapes, formatShape } from "../graph/shape.js";
import type { Dim, Shape, Value } from "../graph/value.js";
import { locateErrors } from "../keras-object.js";
import { defineMergeLayer } from "./define-merge-layer.js";

/** A layer that goes from tensor to tensor, value by value. */
const elementwise = (
  className: string,
  merge: (a: Value, b: Value) => Value,
  finish: (merged: Value, count: number) => Value = (merged) => merged,
  inputs?: number,
) =>
  defineMergeLayer({
    className,
    options: {},
    inputs,
    create: () => ({
      build(inputShapes) {
        const rank = rankOf(inputShapes);
        const outputShape = locateErrors(`${className} of ${inputShapes.map(formatShape).join(", ")}`, () =>
          inputShapes.map((shape) => padded(shape, rank)).reduce((a, b) => broadcastShapes(a, b, className)),
        );
        return { outputShape, weights: [] };
      },
      call(xs) {
        const rank = rankOf(xs.map(({ shape }) => shape));
        const aligned = xs.map((x) => (x.shape.length === rank ? x : ops.reshape(x, padded(x.shape, rank))));
        return finish(aligned.reduce(merge), xs.length);
      },
    }),
  });

const rankOf = (shapes: readonly Shape[]): number => Math.max(...shapes.map(({ length }) => length));

/** Of fewer axes than the others: as in Keras, axes of size 1 come after the batch. */
function padded(shape: Shape, rank: number): Shape {
  const [batch, ...sample] = shape;
  if (batch === undefined) throw new TrazoError("A tensor between layers has a batch dimension.");
  return [batch, ...new Array<Dim>(rank - shape.length).fill(1), ...sample];
}

/**
 * The sum of several tensors, as Keras's `Add`: what a residual connection ends in. An axis of size 1 counts for every place.
 *
 * @throws TrazoError when applied to fewer than two tensors, or to shapes that do not go together
 * @example
 * ```ts
 * const x = layers.input({ shape: [8, 8, 16] });
 * const y = apply(layers.conv2d({ filters: 16, kernelSize: 3, padding: "same" }), x);
 * apply(layers.add(), [x, y]);
 * ```
 */
export const add = elementwise("Add", ops.add);

/**
 * The first of two tensors less the second, as Keras's `Subtract`.
 *
 * @throws TrazoError when applied to another number of tensors, or to shapes that do not go together
 * @example
 * ```ts
 * const [a, b] = [layers.input({ shape: [16] }), layers.input({ shape: [16] })];
 * apply(layers.subtract(), [a, b]);
 * ```
 */
export const subtract = elementwise("Subtract", ops.sub, undefined, 2);

/**
 * The product of several tensors, value by value, as Keras's `Multiply`, e.g. of images and an attention map. An axis of size 1
 * counts for every place.
 *
 * @throws TrazoError when applied to fewer than two tensors, or to shapes that do not go together
 * @example
 * ```ts
 * const maps = layers.input({ shape: [8, 8, 16] });
 * const gate = apply(layers.conv2d({ filters: 1, kernelSize: 1, activation: "sigmoid" }), maps);
 * apply(layers.multiply(), [maps, gate]);
 * ```
 */
export const multiply = elementwise("Multiply", ops.mul);

/**
 * The mean of several tensors, value by value, as Keras's `Average`.
 *
 * @throws TrazoError when applied to fewer than two tensors, or to shapes that do not go together
 * @example
 * ```ts
 * const [a, b] = [layers.input({ shape: [10] }), layers.input({ shape: [10] })];
 * apply(layers.average(), [a, b]);
 * ```
 */
export const average = elementwise("Average", ops.add, (sum, count) => ops.div(sum, count));

/**
 * The greatest of several tensors, value by value, as Keras's `Maximum`.
 *
 * @throws TrazoError when applied to fewer than two tensors, or to shapes that do not go together
 * @example
 * ```ts
 * const [a, b] = [layers.input({ shape: [10] }), layers.input({ shape: [10] })];
 * apply(layers.maximum(), [a, b]);
 * ```
 */
export const maximum = elementwise("Maximum", ops.maximum);

/**
 * The least of several tensors, value by value, as Keras's `Minimum`.
 *
 * @throws TrazoError when applied to fewer than two tensors, or to shapes that do not go together
 * @example
 * ```ts
 * const [a, b] = [layers.input({ shape: [10] }), layers.input({ shape: [10] })];
 * apply(layers.minimum(), [a, b]);
 * ```
 */
export const minimum = elementwise("Minimum", ops.minimum);
