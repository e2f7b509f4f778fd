import { cast, reduceMean, square, sub } from "../graph/ops.js";
import type { Loss } from "./loss.js";

/** Mean over the last axis of the squared difference. */
export function meanSquaredError(): Loss {
  return {
    kerasName: "mean_squared_error",
    className: "MeanSquaredError",
    targetShape: (shape) => shape,
    call: (targets, predictions) =>
      reduceMean(square(sub(predictions, cast(targets, predictions.dtype))), { axes: [-1] }),
    getConfig: () => ({}),
  };
}
