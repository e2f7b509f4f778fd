import { add, div, less, mul, sqrt, sub, where } from "../graph/ops.js";
import { flush, flushedSquare, flushPositive } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { boolean, number } from "../schema/options.js";
import { forgetting } from "./common-options.js";
import { defineOptimizer } from "./define.js";

const ofAdam = {
  /** Decay of the mean of the gradients, in [0, 1). Default 0.9. */
  beta1: withDefault(forgetting(), 0.9),
  /** Decay of the mean of their squares, in [0, 1). Default 0.999. */
  beta2: withDefault(forgetting(), 0.999),
  /** Added to the root of the mean square, before any correction of its bias. Default 1e-7. */
  epsilon: withDefault(number({ min: 0 }), 1e-7),
  /** Divide by the root of the largest mean square so far. Default false. */
  amsgrad: withDefault(boolean(), false),
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface AdamDefinition extends Readonly<typeof ofAdam> {}

const options: AdamDefinition = ofAdam;

/**
 * Adam (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015), in the form with "epsilon hat" that precedes
 * the paper's section 2.1, as in every version of Keras; `learningRate` is 0.001 by default. With t the number of the step:
 *
 *     alpha = learningRate * sqrt(1 - beta2^t) / (1 - beta1^t)
 *     m += (g - m)(1 - beta1);  v += (g² - v)(1 - beta2)
 *     p -= alpha * m / (sqrt(v) + epsilon)
 *
 * With `amsgrad` (Reddi, Kale and Kumar, "On the convergence of Adam and beyond", ICLR 2018) the largest v so far takes
 * v's place in the last line.
 *
 * @throws TrazoError for an option out of range
 * @example
 * import { optimizers } from "trazo";
 *
 * const optimizer = optimizers.adam({ learningRate: 0.002, amsgrad: true });
 */
export const adam = adamLike({ className: "Adam" });

export type AdamOptions = OptionsOf<typeof adam>;

/** Adam itself, and AdamW. */
export function adamLike(names: { readonly className: string; readonly weightDecay?: number }) {
  return defineOptimizer({
    ...names,
    learningRate: 0.001,
    options,
    slots: ({ amsgrad }) => (amsgrad ? ["momentum", "velocity", "velocity_hat"] : ["momentum", "velocity"]),
    sideBySide: 2,
    scalars: {
      // Keras computes it in float32, where 1 - beta2^t loses digits in the first steps: its weights differ by some 1e-8 a step.
      alpha: ({ step, learningRate, options: { beta1, beta2 } }) =>
        (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step),
    },
    update({ p, g, slots, scalars, options: { beta1, beta2, epsilon, amsgrad } }) {
      const towards = (mean: Value, x: Value, share: number): Value => add(mean, mul(sub(x, mean), share));
      const momentum = flush(towards(slots.momentum, g, 1 - beta1));
      const velocity = flushPositive(towards(slots.velocity, flushedSquare(g), 1 - beta2));
      const velocity_hat = amsgrad ? larger(slots.velocity_hat, velocity) : velocity;
      // Multiplied by alpha last: alpha times a small momentum would be subnormal.
      const direction = div(momentum, add(sqrt(velocity_hat), epsilon));
      return { p: sub(p, mul(direction, scalars.alpha)), slots: { momentum, velocity, velocity_hat } };
    },
  });
}

/** The larger of the two, with any NaN of `next`. */
function larger(known: Value, next: Value): Value {
  return where(less(next, known), known, next);
}
