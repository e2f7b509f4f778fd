import { TrazoError } from "../errors.js";
import { cast, clip, log, logSoftmax, mul, neg, oneHot, reduceSum, reshape } from "../graph/ops.js";
import { productOf, staticDim } from "../graph/shape.js";
import { requireKnownOptions } from "../known-options.js";
import { logitsOf, probabilityFloor } from "./logits.js";
import type { Loss } from "./loss.js";

/** In a graph a label out of range would be a row of zeros, and its loss 0. */
function requireLabels(labels: ArrayLike<number | bigint>, classes: number): void {
  for (let i = 0; i < labels.length; i++) {
    const label = Number(labels[i]);
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new TrazoError(
      `sparse_categorical_crossentropy needs class numbers from 0 to ${classes - 1}, but target ${i} is ${label}.`,
    );
  }
}

export interface SparseCategoricalCrossentropyOptions {
  /** The predictions are logits rather than probabilities. Default false. */
  readonly fromLogits?: boolean | undefined;
}

/**
 * Cross-entropy against class indices `[batch]`. Same values as `categoricalCrossentropy`, without
 * the one-hot table; from probabilities, as in Keras, `-log softmax(log clip(p))`.
 */
export function sparseCategoricalCrossentropy(options: SparseCategoricalCrossentropyOptions = {}): Loss {
  requireKnownOptions(options, { fromLogits: true }, "SparseCategoricalCrossentropy");
  const { fromLogits = false } = options;
  return {
    kerasName: "sparse_categorical_crossentropy",
    className: "SparseCategoricalCrossentropy",
    targetShape: (shape) => shape.slice(0, -1),
    checkTargets: ({ data }, shape) => requireLabels(data, staticDim(shape, -1, "Sparse cross-entropy")),
    call(targets, predictions) {
      const classes = staticDim(predictions.shape, -1, "Sparse cross-entropy");
      const labels = reshape(cast(targets, "int64"), [productOf(targets.shape)]);
      const y = oneHot(labels, classes, predictions.dtype);
      const logits =
        logitsOf(predictions, "Softmax", fromLogits) ??
        log(clip(predictions, probabilityFloor, 1 - probabilityFloor));
      return neg(reduceSum(mul(y, logSoftmax(logits)), { axes: [-1] }));
    },
    // Keras 2 and the first versions of Keras 3 know no axis here.
    getConfig: () => ({ from_logits: fromLogits, ignore_class: null }),
  };
}
