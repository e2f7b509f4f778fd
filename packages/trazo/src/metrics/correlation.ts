import { add, cast, div, mul, reduceMean, sqrt, square, sub } from "../graph/ops.js";
import type { Value } from "../graph/value.js";
import { lastAxis } from "../losses/loss-options.js";
import { defineKerasMetric } from "./define-metric.js";

const smallest = 1e-7;

/**
 * How linear the relation is of each sample's predictions to its targets, from -1 to 1, averaged over the samples, as Keras's
 * `PearsonCorrelation`. Targets have the predictions' shape, `[batch, n]`; it is NaN where a sample's numbers are all the same.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.pearsonCorrelation()] });
 * ```
 */
export const pearsonCorrelation = defineKerasMetric({
  className: "PearsonCorrelation",
  options: { axis: lastAxis() },
  create: () => ({
    call(targets, predictions) {
      const [y, p] = [cast(targets, predictions.dtype), predictions].map(standardized) as [Value, Value];
      return reduceMean(mul(y, p), { axes: [-1] });
    },
  }),
});

/**
 * How near each sample's predictions are to its targets, from -1 to 1, averaged over the samples, as Keras's `ConcordanceCorrelation`:
 * the correlation, less where they differ in mean or spread. Targets have the predictions' shape, `[batch, n]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * model.compile({ loss: "mse", metrics: [metrics.concordanceCorrelation()] });
 * ```
 */
export const concordanceCorrelation = defineKerasMetric({
  className: "ConcordanceCorrelation",
  options: { axis: lastAxis() },
  create: () => ({
    call(targets, predictions) {
      const y = cast(targets, predictions.dtype);
      const [yMean, pMean] = [mean(y), mean(predictions)];
      const [fromY, fromP] = [sub(y, yMean), sub(predictions, pMean)];
      const spread = add(mean(square(fromY)), mean(square(fromP)));
      const whole = add(add(spread, square(sub(yMean, pMean))), smallest);
      const both = mul(sub(y, pMean), fromP);
      return reduceMean(div(mul(both, 2), whole), { axes: [-1] });
    },
  }),
});

const mean = (x: Value): Value => reduceMean(x, { axes: [-1], keepDims: true });

function standardized(x: Value): Value {
  const centered = sub(x, mean(x));
  return div(centered, sqrt(mean(square(centered))));
}
