import { add, mul, sub } from "../graph/ops.js";
import { bounds, flush } from "../graph/subnormals.js";
import { requireKnownOptions } from "../known-options.js";
import type { Optimizer, OptimizerOptions } from "./optimizer.js";
import { optimizerOptionNames, requireFraction } from "./options.js";
import { RuleOptimizer, slot, type UpdateRule } from "./rule.js";
import { scalar } from "./scalar.js";

export interface SgdOptions extends OptimizerOptions {
  /** Share of the velocity that stays, in [0, 1]. Default 0: no velocity. */
  readonly momentum?: number | undefined;
  /** Look ahead along the velocity (Nesterov). Default false. */
  readonly nesterov?: boolean | undefined;
}

const sgdOptions = { ...optimizerOptionNames, momentum: true, nesterov: true } as const;

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
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  requireKnownOptions(options, sgdOptions, "SGD");
  const { momentum = 0, nesterov = false } = options;
  requireFraction("momentum", momentum);
  const rule: UpdateRule = {
    className: "SGD",
    name: "SGD",
    slots: momentum === 0 ? [] : ["momentum"],
    scalars: ["learning_rate"],
    // Keras takes no integer for momentum, and JSON written by JavaScript has no other zero. Left out, it is 0.0.
    config: momentum === 0 ? { nesterov } : { momentum, nesterov },

    scalarsAt: () => ({}),

    formula(p, g, slots, scalars) {
      const descent = mul(g, scalar(scalars, "learning_rate"));
      if (momentum === 0) return { p: sub(p, descent), slots: [] };
      const velocity = flush(sub(mul(slot(slots, 0), momentum), descent), bounds.gradient);
      const change = nesterov ? sub(mul(velocity, momentum), descent) : velocity;
      return { p: add(p, change), slots: [velocity] };
    },
  };
  return new RuleOptimizer(rule, { ...options, learningRate: options.learningRate ?? 0.01 });
}
