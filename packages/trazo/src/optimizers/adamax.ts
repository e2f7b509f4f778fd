import { abs, add, div, maximum, mul, sub } from "../graph/ops.js";
import { flush, flushPositive } from "../graph/subnormals.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { forgetting } from "./common-options.js";
import { defineOptimizer } from "./define.js";

/**
 * Adamax, Adam with the largest gradient in place of the mean square (Kingma and Ba, "Adam: a method for stochastic
 * optimization", ICLR 2015, section 7) as Keras 3 has it; `learningRate` is 0.001 by default. With t the number of the step:
 *
 *     m += (g - m)(1 - beta1);  u = max(beta2 * u, |g|)
 *     p -= learningRate / (1 - beta1^t) * m / (u + epsilon)
 *
 * @throws TrazoError for an option out of range
 * @example
 * import { optimizers } from "trazo";
 *
 * const optimizer = optimizers.adamax({ learningRate: 0.002 });
 */
export const adamax = defineOptimizer({
  className: "Adamax",
  learningRate: 0.001,
  options: {
    /** Decay of the mean of the gradients, in [0, 1). Default 0.9. */
    beta1: withDefault(forgetting(), 0.9),
    /** Decay of the largest gradient, in [0, 1). Default 0.999. */
    beta2: withDefault(forgetting(), 0.999),
    /** Added to the largest gradient. Default 1e-7. */
    epsilon: withDefault(number({ min: 0 }), 1e-7),
  },
  slots: ["momentum", "norm"],
  sideBySide: 2,
  scalars: { alpha: ({ step, learningRate, options: { beta1 } }) => learningRate / (1 - beta1 ** step) },
  update({ p, g, slots, scalars, options: { beta1, beta2, epsilon } }) {
    const momentum = flush(add(slots.momentum, mul(sub(g, slots.momentum), 1 - beta1)));
    const norm = flushPositive(maximum(mul(slots.norm, beta2), abs(g)));
    const direction = div(momentum, add(norm, epsilon));
    return { p: sub(p, mul(direction, scalars.alpha)), slots: { momentum, norm } };
  },
});

export type AdamaxOptions = OptionsOf<typeof adamax>;
