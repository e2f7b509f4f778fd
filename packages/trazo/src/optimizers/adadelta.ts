import { add, div, mul, sqrt, sub } from "../graph/ops.js";
import { flushedSquare, flushPositive } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number } from "../schema/options.js";
import { forgetting } from "./common-options.js";
import { defineOptimizer } from "./define.js";

/**
 * Adadelta (Zeiler, "ADADELTA: an adaptive learning rate method", 2012) as Keras 3 has it; `learningRate` is 0.001 by default, the
 * paper's is 1.
 *
 *     a = rho * a + (1 - rho) g²
 *     change = g * sqrt(d + epsilon) / sqrt(a + epsilon)
 *     d = rho * d + (1 - rho) change²;  p -= learningRate * change
 *
 * @throws TrazoError for an option out of range
 * @example
 * import { optimizers } from "trazo";
 *
 * const optimizer = optimizers.adadelta({ learningRate: 1 });
 */
export const adadelta = defineOptimizer({
  className: "Adadelta",
  learningRate: 0.001,
  options: {
    /** Decay of the means of squares, in [0, 1). Default 0.95. */
    rho: withDefault(forgetting(), 0.95),
    /** Added to both means inside their roots. Default 1e-7. */
    epsilon: withDefault(number({ min: 0 }), 1e-7),
  },
  slots: ["accumulated_grad", "accumulated_delta_var"],
  sideBySide: 2,
  update({ p, g, slots, learningRate, options: { rho, epsilon } }) {
    const mean = (old: Value, x: Value): Value =>
      flushPositive(add(mul(old, rho), mul(flushedSquare(x), 1 - Math.fround(rho))));
    const root = (x: Value): Value => sqrt(add(x, epsilon));
    const accumulated_grad = mean(slots.accumulated_grad, g);
    const change = div(mul(root(slots.accumulated_delta_var), g), root(accumulated_grad));
    const accumulated_delta_var = mean(slots.accumulated_delta_var, change);
    return { p: sub(p, mul(change, learningRate)), slots: { accumulated_grad, accumulated_delta_var } };
  },
});

export type AdadeltaOptions = OptionsOf<typeof adadelta>;
