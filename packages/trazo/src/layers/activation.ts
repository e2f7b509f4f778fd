import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import { type Activation, activate, activationOption, activationToKeras } from "./activations.js";
import type { ConfigReader } from "./config-reader.js";
import { type Layer, type LayerOptions, layerBase, layerOptionNames } from "./layer.js";

export interface ActivationOptions extends LayerOptions {
  readonly activation: Activation | (string & {});
}

const activationOptions = { ...layerOptionNames, activation: true } as const;

/** Applies an activation function, as Keras's `Activation`. Any shape. */
export function activation(options: ActivationOptions): Layer {
  requireKnownOptions(options, activationOptions, "Activation");
  if (!options.activation) throw new TrazoError('Activation needs a name, e.g. { activation: "relu" }.');
  const name = activationOption(options.activation, "Activation");
  return {
    ...layerBase(options),
    className: "Activation",
    build: (inputShape) => ({ outputShape: inputShape, weights: [] }),
    call: (x) => activate(x, name),
    getConfig: () => ({ activation: activationToKeras(name) }),
  };
}

export function activationFromConfig(config: ConfigReader): Layer {
  return activation({ ...config.layerOptions(), activation: config.activation("activation") as Activation });
}
