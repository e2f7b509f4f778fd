import { ops, optimizers, options } from "trazo";

const { add, mul, sign, sub } = ops;
const { rate, withDefault } = options;

/**
 * Lion (Chen et al., "Symbolic discovery of optimization algorithms", NeurIPS 2023), as in Keras: every weight moves by the
 * learning rate itself, in the direction of a mean of its gradients.
 *
 *     p -= learningRate * sign(beta1 * m + (1 - beta1) g)
 *     m  = beta2 * m + (1 - beta2) g
 *
 * The update is all there is to write: the kernel that trains and the exported training step are made from it, and files hold
 * options and momentum. `learningRate` is 0.001 by default; a third to a tenth of Adam's is a good start.
 *
 * @throws TrazoError for an option out of range
 * @example
 * import { sequential } from "trazo";
 * import { lion } from "./lion.js";
 *
 * declare const model: ReturnType<typeof sequential>;
 * model.compile({ optimizer: lion({ learningRate: 3e-4, weightDecay: 0.1 }), loss: "categoricalCrossentropy" });
 */
export const lion = optimizers.defineOptimizer({
  className: "Lion",
  // The library has a Lion, too: the package tells the two apart in files.
  package: "examples",
  learningRate: 0.001,
  options: {
    /** Share of the mean in the direction of the next change, in [0, 1). Default 0.9. */
    beta1: withDefault(rate(), 0.9),
    /** Decay of the mean of the gradients, in [0, 1). Default 0.99. */
    beta2: withDefault(rate(), 0.99),
  },
  slots: ["momentum"],
  update({ p, g, slots: { momentum: m }, learningRate, options: { beta1, beta2 } }) {
    const direction = sign(add(mul(m, beta1), mul(g, 1 - beta1)));
    const momentum = optimizers.flush(add(mul(m, beta2), mul(g, 1 - beta2)));
    return { p: sub(p, mul(direction, learningRate)), slots: { momentum } };
  },
});
