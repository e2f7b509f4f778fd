import { add, mul, sign, sub } from "../graph/ops.js";
import { flush } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { defineOptimizer } from "./define.js";

/**
 * Lion (Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023) as Keras 3 has it; `learningRate` is 0.001 by
 * default. Every weight moves by the same amount, so a rate of a third to a tenth of Adam's suits.
 *
 *     p -= learningRate * sign(beta1 * m + (1 - beta1) g);  m = beta2 * m + (1 - beta2) g
 *
 * @throws TrazoError for an option out of range
 * @example
 * import { optimizers } from "trazo";
 *
 * const optimizer = optimizers.lion({ learningRate: 1e-4, weightDecay: 0.1 });
 */
export const lion = defineOptimizer({
  className: "Lion",
  learningRate: 0.001,
  options: {
    /** Weight of the mean of the gradients relative to the gradient, above 0 and at most 1. Default 0.9. */
    beta1: withDefault(number({ above: 0, max: 1 }), 0.9),
    /** Decay of the mean of the gradients, from 0 to 1. Default 0.99. */
    beta2: withDefault(number({ min: 0, max: 1 }), 0.99),
  },
  slots: ["momentum"],
  update({ p, g, slots, learningRate, options: { beta1, beta2 } }) {
    const mixed = (beta: number): Value => add(mul(slots.momentum, beta), mul(g, 1 - Math.fround(beta)));
    return {
      p: sub(p, mul(sign(mixed(beta1)), learningRate)),
      slots: { momentum: flush(mixed(beta2)) },
    };
  },
});

export type LionOptions = OptionsOf<typeof lion>;
