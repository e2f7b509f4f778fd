import { add, clip, div, mul, sqrt, sub } from "../graph/ops.js";
import { flush, flushedSquare } from "../graph/subnormals.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { number, only } from "../schema/options.js";
import { defineOptimizer } from "./define.js";

/**
 * Follow the regularized leader (McMahan et al., "Ad click prediction: a view from the trenches", KDD 2013) as Keras 3 has it, with
 * the usual power of -1/2; `learningRate` is 0.001 by default.
 *
 *     n = a + g²;  z += g + 2 shrinkage * p - (sqrt(n) - sqrt(a)) / learningRate * p;  a = n
 *     p = (clip(z, -l1, l1) - z) / (sqrt(n) / learningRate + 2 l2 + beta / learningRate)
 *
 * @throws TrazoError for an option out of range
 * @example
 * import { optimizers } from "trazo";
 *
 * const optimizer = optimizers.ftrl({ learningRate: 0.1, l1RegularizationStrength: 0.001 });
 */
export const ftrl = defineOptimizer({
  className: "Ftrl",
  learningRate: 0.001,
  options: {
    learningRatePower: only(-0.5),
    /** What the sum of squares begins with, at least 0. Default 0.1. */
    initialAccumulatorValue: withDefault(number({ min: 0 }), 0.1),
    /** Makes small weights 0. At least 0. Default 0. */
    l1RegularizationStrength: withDefault(number({ min: 0 }), 0),
    /** Keeps weights small. At least 0. Default 0. */
    l2RegularizationStrength: withDefault(number({ min: 0 }), 0),
    /** A penalty on the weights as part of the gradient. At least 0. Default 0. */
    l2ShrinkageRegularizationStrength: withDefault(number({ min: 0 }), 0),
    /** The paper's beta, at least 0. Default 0. */
    beta: withDefault(number({ min: 0 }), 0),
  },
  slots: ["accumulator", "linear"],
  sideBySide: 2,
  initialSlots: ({ initialAccumulatorValue }) => ({ accumulator: initialAccumulatorValue }),
  update({ p, g, slots, learningRate, options }) {
    const { l1RegularizationStrength: l1, l2RegularizationStrength: l2, beta } = options;
    const accumulator = add(slots.accumulator, flushedSquare(g));
    const root = sqrt(accumulator);
    const pull = mul(div(sub(root, sqrt(slots.accumulator)), learningRate), p);
    const pushed = add(g, mul(p, 2 * options.l2ShrinkageRegularizationStrength));
    const linear = flush(add(slots.linear, sub(pushed, pull)));
    const curvature = add(div(add(root, beta), learningRate), 2 * l2);
    return { p: div(sub(clip(linear, -l1, l1), linear), curvature), slots: { accumulator, linear } };
  },
});

export type FtrlOptions = OptionsOf<typeof ftrl>;
