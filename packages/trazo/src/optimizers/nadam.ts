import { add, div, mul, sqrt, sub } from "../graph/ops.js";
import { flush, flushedSquare, flushPositive } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { forgetting } from "./common-options.js";
import { defineOptimizer } from "./define.js";

/**
 * Adam with Nesterov's momentum (Dozat, "Incorporating Nesterov momentum into Adam", ICLR workshop 2016) as Keras 3 has it;
 * `learningRate` is 0.001 by default. With t the number of the step and u_t = beta1 * (1 - 0.96^t / 2):
 *
 *     m += (g - m)(1 - beta1);  v += (g² - v)(1 - beta2)
 *     M = u_(t+1) m / (1 - u_1 ⋯ u_(t+1)) + (1 - u_t) g / (1 - u_1 ⋯ u_t)
 *     p -= learningRate * M / (sqrt(v / (1 - beta2^t)) + epsilon)
 *
 * @throws TrazoError for an option out of range
 * @example
 * import { optimizers } from "trazo";
 *
 * const optimizer = optimizers.nadam({ learningRate: 0.002 });
 */
export const nadam = defineOptimizer({
  className: "Nadam",
  learningRate: 0.001,
  options: {
    /** Decay of the mean of the gradients, in [0, 1). Default 0.9. */
    beta1: withDefault(forgetting(), 0.9),
    /** Decay of the mean of their squares, in [0, 1). Default 0.999. */
    beta2: withDefault(forgetting(), 0.999),
    /** Added to the root of the mean square. Default 1e-7. */
    epsilon: withDefault(number({ min: 0 }), 1e-7),
  },
  slots: ["momentum", "velocity"],
  sideBySide: 2,
  scalars: {
    momentum_share: ({ step, learningRate, options: { beta1 } }) =>
      (learningRate * shareAt(step + 1, beta1)) / (1 - productOfShares(step + 1, beta1)),
    gradient_share: ({ step, learningRate, options: { beta1 } }) =>
      (learningRate * (1 - shareAt(step, beta1))) / (1 - productOfShares(step, beta1)),
    correction: ({ step, options: { beta2 } }) => 1 / (1 - beta2 ** step),
  },
  storedAfterSlots: (steps, { beta1 }) => productOfShares(steps, beta1),
  update({ p, g, slots, scalars, options: { beta1, beta2, epsilon } }) {
    const towards = (mean: Value, x: Value, share: number): Value => add(mean, mul(sub(x, mean), share));
    const momentum = flush(towards(slots.momentum, g, 1 - beta1));
    const velocity = flushPositive(towards(slots.velocity, flushedSquare(g), 1 - beta2));
    const deviation = add(sqrt(mul(velocity, scalars.correction)), epsilon);
    const ahead = add(
      mul(div(momentum, deviation), scalars.momentum_share),
      mul(div(g, deviation), scalars.gradient_share),
    );
    return { p: sub(p, ahead), slots: { momentum, velocity } };
  },
});

const shareAt = (step: number, beta1: number): number => beta1 * (1 - 0.5 * 0.96 ** step);

/** Of the first steps. It soon has no influence, and is exactly 0 from some 7,000 steps on. */
function productOfShares(steps: number, beta1: number): number {
  let product = 1;
  for (let step = 1; step <= steps && product > 0; step++) product *= shareAt(step, beta1);
  return product;
}

export type NadamOptions = OptionsOf<typeof nadam>;
