import { add, cast, clip, div, log, logSoftmax, mul, neg, reduceSum } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import { logitsOf, probabilityFloor } from "./logits.js";
import type { Loss } from "./loss.js";
import { checkSmoothing } from "./smoothing.js";

export interface CategoricalCrossentropyOptions {
  /** The predictions are logits rather than probabilities. Default false. */
  readonly fromLogits?: boolean | undefined;
  /** Moves this share of each target to all classes evenly, from 0 to 1. Default 0. */
  readonly labelSmoothing?: number | undefined;
}

/**
 * Cross-entropy against one-hot targets `[batch, classes]`: `-sum(y * log p)`. Where the predictions
 * come straight from softmax it is computed from the logits; otherwise probabilities are
 * normalised and clipped to [1e-7, 1 - 1e-7], as in Keras.
 */
export function categoricalCrossentropy(options: CategoricalCrossentropyOptions = {}): Loss {
  requireKnownOptions(options, { fromLogits: true, labelSmoothing: true }, "CategoricalCrossentropy");
  const { fromLogits = false, labelSmoothing = 0 } = options;
  checkSmoothing(labelSmoothing);
  return {
    kerasName: "categorical_crossentropy",
    className: "CategoricalCrossentropy",
    targetShape: (shape) => shape,
    call(targets, predictions) {
      const y = smooth(cast(targets, predictions.dtype), labelSmoothing);
      const last = { axes: [-1] };
      const logits = logitsOf(predictions, "Softmax", fromLogits);
      if (logits) return neg(reduceSum(mul(y, logSoftmax(logits)), last));
      const normal = div(predictions, reduceSum(predictions, { ...last, keepDims: true }));
      const clipped = clip(normal, probabilityFloor, 1 - probabilityFloor);
      return neg(reduceSum(mul(y, log(clipped)), last));
    },
    getConfig: () => ({ from_logits: fromLogits, label_smoothing: labelSmoothing, axis: -1 }),
  };
}

function smooth(y: Value, share: number): Value {
  if (share === 0) return y;
  return add(mul(y, 1 - share), share / staticDim(y.shape, -1, "Label smoothing"));
}
