import { adamLike } from "./adam.js";

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019): before each
 * update of Adam, p -= p * weightDecay * learningRate. `weightDecay` is 0.004 and `learningRate` 0.001 by default. As in Keras,
 * every trainable variable decays, biases included.
 *
 * @throws TrazoError for an option out of range
 * @example
 * import { optimizers } from "trazo";
 *
 * const optimizer = optimizers.adamW({ weightDecay: 0.01 });
 */
export const adamW = adamLike({ className: "AdamW", weightDecay: 0.004 });
