import { add, div, mul, sqrt, sub } from "../graph/ops.js";
import { flushedSquare } from "../graph/subnormals.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { defineOptimizer } from "./define.js";

/**
 * Adagrad (Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning and stochastic optimization", JMLR 2011) as
 * Keras 3 has it; `learningRate` is 0.001 by default.
 *
 *     a += g²;  p -= learningRate * g / sqrt(a + epsilon)
 *
 * @throws TrazoError for an option out of range
 * @example
 * import { optimizers } from "trazo";
 *
 * const optimizer = optimizers.adagrad({ learningRate: 0.01 });
 */
export const adagrad = defineOptimizer({
  className: "Adagrad",
  learningRate: 0.001,
  options: {
    /** What the sum of squares begins with, at least 0. Default 0.1. */
    initialAccumulatorValue: withDefault(number({ min: 0 }), 0.1),
    /** Added to the sum of squares inside the root. Default 1e-7. */
    epsilon: withDefault(number({ min: 0 }), 1e-7),
  },
  slots: ["accumulator"],
  initialSlots: ({ initialAccumulatorValue }) => ({ accumulator: initialAccumulatorValue }),
  update({ p, g, slots, learningRate, options: { epsilon } }) {
    const accumulator = add(slots.accumulator, flushedSquare(g));
    return {
      p: sub(p, div(mul(g, learningRate), sqrt(add(accumulator, epsilon)))),
      slots: { accumulator },
    };
  },
});

export type AdagradOptions = OptionsOf<typeof adagrad>;
