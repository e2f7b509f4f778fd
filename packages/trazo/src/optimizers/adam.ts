import { add, div, less, mul, sqrt, sub, where } from "../graph/ops.js";
import { bounds, flush, flushedSquare, flushPositive } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import type { Optimizer, OptimizerOptions } from "./optimizer.js";
import { optimizerOptionNames, requireForgetting, requireNonNegative } from "./options.js";
import { RuleOptimizer, slot, type UpdateRule } from "./rule.js";
import { scalar } from "./scalar.js";

export interface AdamOptions extends OptimizerOptions {
  /** Decay of the mean of the gradients, in [0, 1). Default 0.9. */
  readonly beta1?: number | undefined;
  /** Decay of the mean of their squares, in [0, 1). Default 0.999. */
  readonly beta2?: number | undefined;
  /** Added to the root of the mean square, before any correction of its bias. Default 1e-7. */
  readonly epsilon?: number | undefined;
  /** Divide by the root of the largest mean square so far. Default false. */
  readonly amsgrad?: boolean | undefined;
}

/** The names of `AdamOptions`, for `requireKnownOptions`. */
export const adamOptionNames = {
  ...optimizerOptionNames,
  beta1: true,
  beta2: true,
  epsilon: true,
  amsgrad: true,
} as const;

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
 */
export function adam(options: AdamOptions = {}): Optimizer {
  requireKnownOptions(options, adamOptionNames, "Adam");
  return new RuleOptimizer(adamRule("Adam", "adam", options), {
    ...options,
    learningRate: options.learningRate ?? 0.001,
  });
}

/** The rule that Adam and AdamW share. */
export function adamRule(
  className: string,
  name: string,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, amsgrad = false }: AdamOptions,
): UpdateRule {
  requireForgetting("beta1", beta1);
  requireForgetting("beta2", beta2);
  requireNonNegative("epsilon", epsilon);
  return {
    className,
    name,
    slots: amsgrad ? ["momentum", "velocity", "velocity_hat"] : ["momentum", "velocity"],
    scalars: ["alpha"],
    config: { beta_1: beta1, beta_2: beta2, epsilon, amsgrad },

    scalarsAt(iterations, learningRate) {
      return { alpha: alphaAt(iterations + 1, learningRate, beta1, beta2) };
    },

    formula(p, g, slots, scalars) {
      const oldM = slot(slots, 0);
      const oldV = slot(slots, 1);
      const m = flush(add(oldM, mul(sub(g, oldM), 1 - beta1)), bounds.gradient);
      const v = flushPositive(add(oldV, mul(sub(flushedSquare(g), oldV), 1 - beta2)), bounds.square);
      const scale = amsgrad ? larger(slot(slots, 2), v) : v;
      const direction = div(m, add(sqrt(scale), epsilon));
      return {
        p: sub(p, mul(direction, scalar(scalars, "alpha"))),
        slots: amsgrad ? [m, v, scale] : [m, v],
      };
    },
  };
}

/** The larger of the two, with any NaN of `next`. */
const larger = (known: Value, next: Value): Value => where(less(next, known), known, next);

/**
 * learningRate * sqrt(1 - beta2^t) / (1 - beta1^t). Keras computes it in float32, where 1 - beta2^t loses digits in the first
 * steps: its weights differ from these by some 1e-8 a step.
 */
function alphaAt(t: number, learningRate: number, beta1: number, beta2: number): number {
  return (learningRate * Math.sqrt(1 - beta2 ** t)) / (1 - beta1 ** t);
}
