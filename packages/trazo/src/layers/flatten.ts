import { reshape } from "../graph/ops.js";
import { productOf } from "../graph/shape.js";
import type { Dim, Shape } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import type { ConfigReader } from "./config-reader.js";
import { type Layer, type LayerOptions, layerBase, layerOptionNames } from "./layer.js";

/** All axes but the batch made one, in row-major order (height, width, channels), as Keras's `Flatten`. */
export function flatten(options: LayerOptions = {}): Layer {
  requireKnownOptions(options, layerOptionNames, "Flatten");
  const flat = (shape: Shape): Shape => [shape[0] as Dim, productOf(shape.slice(1))];
  return {
    ...layerBase(options),
    className: "Flatten",
    build: (inputShape) => ({ outputShape: flat(inputShape), weights: [] }),
    call: (x) => reshape(x, flat(x.shape)),
    getConfig: () => ({ data_format: "channels_last" }),
  };
}

export function flattenFromConfig(config: ConfigReader): Layer {
  config.only("data_format", "channels_last");
  return flatten(config.layerOptions());
}
