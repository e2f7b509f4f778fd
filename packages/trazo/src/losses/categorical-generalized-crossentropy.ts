import { div, mul, pow, reduceSum, sub } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { labelsFor } from "./class-labels.js";
import { defineKerasLoss } from "./define-loss.js";

/** Options of `categoricalGeneralizedCrossEntropy`. */
export type CategoricalGeneralizedCrossEntropyOptions = OptionsOf<typeof categoricalGeneralizedCrossEntropy>;

/**
 * `(1 - p^q) / q` of the true class's probability, which wrong labels disturb less than they do the cross-entropy (Zhang and Sabuncu
 * 2018), as Keras's `CategoricalGeneralizedCrossEntropy`. Targets are class numbers: `[batch]`, or one per pixel.
 *
 * @throws TrazoError for a wrong option, and, once it has data, for targets that are not class numbers of the predictions
 * @example
 * ```ts
 * model.compile({ optimizer: "adam", loss: losses.categoricalGeneralizedCrossEntropy({ q: 0.7 }) });
 * ```
 */
export const categoricalGeneralizedCrossEntropy = defineKerasLoss({
  className: "CategoricalGeneralizedCrossEntropy",
  options: {
    /** Between 0, where it is the cross-entropy, and 1, where it is the absolute error. Default 0.5. */
    q: withDefault(number({ above: 0, below: 1 }), 0.5),
  },
  create({ q }) {
    const labels = labelsFor("categorical_generalized_cross_entropy");
    return {
      ...labels.checks,
      call(targets, predictions) {
        const p = reduceSum(mul(predictions, labels.oneHot(targets, predictions)), { axes: [-1] });
        return div(sub(1, pow(p, q)), q);
      },
    };
  },
});
