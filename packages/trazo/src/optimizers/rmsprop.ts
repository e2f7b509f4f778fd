import { add, div, mul, sqrt, sub } from "../graph/ops.js";
import { bounds, flush, flushedSquare, flushPositive } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import type { Optimizer, OptimizerOptions } from "./optimizer.js";
import { optimizerOptionNames, requireForgetting, requireFraction, requireNonNegative } from "./options.js";
import { RuleOptimizer, slot, type UpdateRule } from "./rule.js";
import { scalar } from "./scalar.js";

export interface RmspropOptions extends OptimizerOptions {
  /** Decay of the mean of the squared gradients, in [0, 1). Default 0.9. */
  readonly rho?: number | undefined;
  /** Share of the last change that stays, in [0, 1]. Default 0. */
  readonly momentum?: number | undefined;
  /** Added to the mean square inside the root. Default 1e-7. */
  readonly epsilon?: number | undefined;
  /** Divide by the deviation from the mean gradient instead of from zero. Default false. */
  readonly centered?: boolean | undefined;
}

const rmspropOptions = {
  ...optimizerOptionNames,
  rho: true,
  momentum: true,
  epsilon: true,
  centered: true,
} as const;

/**
 * RMSprop (Tieleman and Hinton, lecture 6.5 of "Neural networks for machine learning", 2012) as Keras 3 has it;
 * `learningRate` is 0.001 by default.
 *
 *     v = rho * v + (1 - rho) g²
 *     d = v + epsilon, and when centered: a = rho * a + (1 - rho) g, d = v - a² + epsilon (Graves 2013)
 *     increment = learningRate * g / sqrt(d)
 *     without momentum: p -= increment;  with it: b = momentum * b + increment, p -= b
 *
 * Keras up to 2.10 took epsilon outside the root when there was no momentum.
 *
 * @throws TrazoError for an option out of range
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  requireKnownOptions(options, rmspropOptions, "RMSprop");
  const { rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options;
  requireForgetting("rho", rho);
  requireFraction("momentum", momentum);
  requireNonNegative("epsilon", epsilon);
  const withMomentum = momentum !== 0;
  const rule: UpdateRule = {
    className: "RMSprop",
    name: "rmsprop",
    slots: ["velocity", ...(withMomentum ? ["momentum"] : []), ...(centered ? ["average_gradient"] : [])],
    scalars: ["learning_rate"],
    config: { rho, momentum, epsilon, centered },

    scalarsAt: () => ({}),

    formula(p, g, slots, scalars) {
      const mean = (old: Value, x: Value): Value => add(mul(old, rho), mul(x, 1 - Math.fround(rho)));
      const velocity = flushPositive(mean(slot(slots, 0), flushedSquare(g)), bounds.square);
      const average = centered ? [flush(mean(slot(slots, withMomentum ? 2 : 1), g), bounds.gradient)] : [];
      const deviation = average.reduce((v, a) => sub(v, flushedSquare(a)), velocity);
      const increment = div(mul(g, scalar(scalars, "learning_rate")), sqrt(add(deviation, epsilon)));
      if (!withMomentum) return { p: sub(p, increment), slots: [velocity, ...average] };
      const change = flush(add(mul(slot(slots, 1), momentum), increment), bounds.gradient);
      return { p: sub(p, change), slots: [velocity, change, ...average] };
    },
  };
  return new RuleOptimizer(rule, { ...options, learningRate: options.learningRate ?? 0.001 });
}
