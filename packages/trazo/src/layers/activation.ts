import type { OptionsOf } from "../schema/define.js";
import { activate, activationName } from "./activations.js";
import { defineLayer } from "./define-layer.js";

export type ActivationOptions = OptionsOf<typeof activation>;

/**
 * Applies an activation function, as Keras's `Activation`. Any shape.
 *
 * @throws TrazoError for an unknown activation
 * @example
 * ```ts
 * layers.activation({ activation: "relu" });
 * ```
 */
export const activation = defineLayer({
  className: "Activation",
  options: {
    /** A name, Trazo's or Keras's: `"leakyRelu"` or `"leaky_relu"`. */
    activation: activationName(),
  },
  create: ({ activation }) => ({
    build: (inputShape) => ({ outputShape: inputShape, weights: [] }),
    call: (x) => activate(x, activation),
  }),
});
