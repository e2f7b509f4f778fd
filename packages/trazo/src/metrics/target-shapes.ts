import { isStatic } from "../graph/shape.js";
import type { Shape, Value } from "../graph/value.js";

/** Whether targets have the shape of the predictions, apart from the batch dimension. */
export const hasSameSampleShape = (targets: Value, predictions: Value): boolean =>
  sameSample(targets.shape, predictions.shape);

/** Whether there is one target for each row of predictions: `[batch]` or `[batch, 1]` for `[batch, n]`. */
export function isOnePerRow({ shape: targets }: Value, { shape: predictions }: Value): boolean {
  const rows = predictions.slice(0, -1);
  return sameSample(targets, rows) || (targets.at(-1) === 1 && sameSample(targets.slice(0, -1), rows));
}

function sameSample(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.slice(1).every((dim, i) => isStatic(dim) && dim === b[i + 1]);
}
