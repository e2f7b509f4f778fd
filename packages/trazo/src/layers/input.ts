import { TrazoError } from "../errors.js";
import { definerOf, type OptionsOf } from "../schema/define.js";
import { keyed } from "../schema/option.js";
import { boolean, discarded, only } from "../schema/options.js";
import { layerName, sampleShape } from "./define-layer.js";
import type { Layer } from "./layer.js";

export const inputLayer = definerOf<Layer>()({
  className: "InputLayer",
  options: {
    /** Shape of one sample, without the batch dimension, e.g. `[28, 28, 1]`. */
    shape: sampleShape(),
    /** Unique within a model. Default: made of the class's name. */
    name: layerName(),
    trainable: keyed(discarded(boolean()), null, "trainable"),
    sparse: only(false),
    ragged: only(false),
    optional: keyed(only(false), null, "optional"),
  },
  create: ({ shape, name }) => ({
    name,
    trainable: true,
    inputShape: shape,
    build: (inputShape) => ({ outputShape: inputShape, weights: [] }),
    call: (x) => x,
  }),
});

export type InputOptions = OptionsOf<typeof inputLayer>;

/**
 * Says what a model takes. Computes nothing and does not count as a layer in files.
 *
 * @throws TrazoError for what is not the shape of one sample
 * @example
 * ```ts
 * sequential([layers.input({ shape: [28, 28, 1] }), layers.flatten(), layers.dense({ units: 10 })]);
 * ```
 */
export function input(options: InputOptions): Layer {
  if (Array.isArray(options)) {
    throw new TrazoError(`Input takes its shape by name: layers.input({ shape: [${options.join(", ")}] }).`);
  }
  return inputLayer(options);
}
