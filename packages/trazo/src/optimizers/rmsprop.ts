import { add, div, mul, sqrt, sub } from "../graph/ops.js";
import { flush, flushedSquare, flushPositive } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { boolean, number } from "../schema/options.js";
import { forgetting } from "./common-options.js";
import { defineOptimizer } from "./define.js";

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
 * @example
 * import { optimizers } from "trazo";
 *
 * const optimizer = optimizers.rmsprop({ rho: 0.95, centered: true });
 */
export const rmsprop = defineOptimizer({
  className: "RMSprop",
  learningRate: 0.001,
  options: {
    /** Decay of the mean of the squared gradients, in [0, 1). Default 0.9. */
    rho: withDefault(forgetting(), 0.9),
    /** Share of the last change that stays, from 0 to 1. Default 0. */
    momentum: withDefault(number({ min: 0, max: 1 }), 0),
    /** Added to the mean square inside the root. Default 1e-7. */
    epsilon: withDefault(number({ min: 0 }), 1e-7),
    /** Divide by the deviation from the mean gradient instead of from zero. Default false. */
    centered: withDefault(boolean(), false),
  },
  slots: ({ momentum, centered }) => [
    "velocity",
    ...(momentum === 0 ? [] : (["momentum"] as const)),
    ...(centered ? (["average_gradient"] as const) : []),
  ],
  update({ p, g, slots, learningRate, options: { rho, momentum, epsilon, centered } }) {
    const fresh = 1 - Math.fround(rho);
    const mean = (old: Value, x: Value): Value => add(mul(old, rho), mul(x, fresh));
    const velocity = flushPositive(mean(slots.velocity, flushedSquare(g)));
    const average = centered ? { average_gradient: flush(mean(slots.average_gradient, g)) } : {};
    const square = centered ? sub(velocity, flushedSquare(average.average_gradient as Value)) : velocity;
    const increment = div(mul(g, learningRate), sqrt(add(square, epsilon)));
    if (momentum === 0) return { p: sub(p, increment), slots: { velocity, ...average } };
    const change = flush(add(mul(slots.momentum, momentum), increment));
    return { p: sub(p, change), slots: { velocity, momentum: change, ...average } };
  },
});

export type RmspropOptions = OptionsOf<typeof rmsprop>;
