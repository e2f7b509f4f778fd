import { TrazoError } from "../errors.js";
import { reshape } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Dim, Shape, Value } from "../graph/value.js";
import { option, type RequiredOption } from "../schema/option.js";
import { isPositiveInteger } from "../schema/options.js";

/** Sequences `[batch, steps, channels]` are images of one row. */
export function rowShape(layer: string, shape: Shape): readonly [Dim, 1, Dim, Dim] {
  const [batch, steps, channels] = shape;
  if (shape.length === 3) return [batch as Dim, 1, steps as Dim, channels as Dim];
  throw new TrazoError(
    `${layer} takes sequences of shape [batch, steps, channels], but got ${formatShape(shape)}. ` +
      "Add a channel axis, e.g. with an input shape of [100, 1].",
  );
}

/** Sequences as images of one row. */
export const asRow = (layer: string, x: Value): Value => reshape(x, rowShape(layer, x.shape));

/** Images of one row as sequences. */
export function fromRow(x: Value): Value {
  const [batch, , steps, channels] = x.shape as [Dim, Dim, Dim, Dim];
  return reshape(x, [batch, steps, channels]);
}

/** An option that is a number of steps, which Keras has in a list of one. */
export const steps = (): RequiredOption<number, number> =>
  option<number>({
    expected: "a positive integer",
    accept: (value) => (isPositiveInteger(value) ? value : undefined),
    toKeras: (length) => [length],
    fromKeras: (json) => (Array.isArray(json) && json.length === 1 ? json[0] : json),
  });
