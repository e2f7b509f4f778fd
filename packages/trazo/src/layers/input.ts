import { TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import type { ConfigReader } from "./config-reader.js";
import { type Layer, layerBase } from "./layer.js";
import { positiveInteger } from "./options.js";

export interface InputOptions {
  /** Shape of one sample, without the batch dimension, e.g. `[28, 28, 1]`. */
  readonly shape: readonly number[];
  readonly name?: string | undefined;
}

/** Says what a model takes. Computes nothing and does not count as a layer in files. */
export function input(options: InputOptions): Layer {
  if (Array.isArray(options)) {
    throw new TrazoError(`Input takes its shape by name: layers.input({ shape: [${options.join(", ")}] }).`);
  }
  requireKnownOptions(options, { shape: true, name: true }, "Input");
  const { shape, name } = options;
  if (!Array.isArray(shape)) {
    throw new TrazoError(
      `Input needs the shape of one sample, e.g. { shape: [28, 28, 1] }, but got ${shape}.`,
    );
  }
  for (const size of shape) positiveInteger(size, "Input shape");
  return {
    ...layerBase({ name, inputShape: shape }),
    className: "InputLayer",
    build: (inputShape) => ({ outputShape: inputShape, weights: [] }),
    call: (x) => x,
    getConfig: () => ({ sparse: false, ragged: false }),
  };
}

export function inputFromConfig(config: ConfigReader): Layer {
  const { name, inputShape } = config.layerOptions();
  config.only("sparse", false);
  config.only("ragged", false);
  config.only("optional", false);
  if (!inputShape) throw new TrazoError(`${config.where}: the input layer has no shape.`);
  return input({ shape: inputShape, name });
}
