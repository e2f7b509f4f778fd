import { add, mul, sub } from "../graph/ops.js";
import { flush } from "../graph/subnormals.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { boolean, number } from "../schema/options.js";
import { defineOptimizer } from "./define.js";

/**
 * Gradient descent as Keras has it; `learningRate` is 0.01 by default.
 *
 *     without momentum: p -= learningRate * g
 *     with it:          v = momentum * v - learningRate * g;  p += v
 *     with Nesterov's:  the same v;  p += momentum * v - learningRate * g
 *
 * The velocity holds the learning rate, so a new rate applies to new gradients only. (Sutskever, Martens, Dahl and Hinton,
 * "On the importance of initialization and momentum in deep learning", ICML 2013.)
 *
 * @throws TrazoError for an option out of range
 * @example
 * import { optimizers } from "trazo";
 *
 * const optimizer = optimizers.sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true });
 */
export const sgd = defineOptimizer({
  className: "SGD",
  name: "SGD",
  learningRate: 0.01,
  options: {
    /** Share of the velocity that stays, from 0 to 1. Default 0: no velocity. */
    momentum: withDefault(number({ min: 0, max: 1 }), 0),
    /** Look ahead along the velocity (Nesterov). Default false. */
    nesterov: withDefault(boolean(), false),
  },
  slots: ({ momentum }) => (momentum === 0 ? [] : ["momentum"]),
  // Keras takes no integer for momentum, and JSON written by JavaScript has no other zero. Left out, it is 0.0.
  omitted: ({ momentum }) => (momentum === 0 ? ["momentum"] : []),
  update({ p, g, slots, learningRate, options: { momentum, nesterov } }) {
    const descent = mul(g, learningRate);
    if (momentum === 0) return { p: sub(p, descent), slots: {} };
    const velocity = flush(sub(mul(slots.momentum, momentum), descent));
    const change = nesterov ? sub(mul(velocity, momentum), descent) : velocity;
    return { p: add(p, change), slots: { momentum: velocity } };
  },
});

export type SgdOptions = OptionsOf<typeof sgd>;
