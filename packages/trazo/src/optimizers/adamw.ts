import { requireKnownOptions } from "../known-options.js";
import { type AdamOptions, adamOptionNames, adamRule } from "./adam.js";
import type { Optimizer } from "./optimizer.js";
import { RuleOptimizer } from "./rule.js";

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019): before each
 * update of Adam, p -= p * weightDecay * learningRate. `weightDecay` is 0.004 and `learningRate` 0.001 by default. As in Keras,
 * every trainable variable decays, biases included.
 *
 * @throws TrazoError for an option out of range
 */
export function adamW(options: AdamOptions = {}): Optimizer {
  requireKnownOptions(options, adamOptionNames, "AdamW");
  const { weightDecay = 0.004 } = options;
  const rule = adamRule("AdamW", "adamw", options);
  // Keras's AdamW refuses a null, which stands for no decay elsewhere.
  const config = { weight_decay: weightDecay, ...rule.config };
  return new RuleOptimizer(
    { ...rule, config },
    { ...options, learningRate: options.learningRate ?? 0.001, weightDecay },
  );
}
