import { TrazoError } from "../errors.js";
import { batch } from "../graph/shape.js";
import { definerOf, type OptionsOf } from "../schema/define.js";
import { keyed } from "../schema/option.js";
import { boolean, discarded, only } from "../schema/options.js";
import { layerName, sampleShape } from "./define-layer.js";
import type { Layer } from "./layer.js";
import { Application, AppliedLayer, onlyOutput, type SymbolicTensor } from "./symbolic.js";

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

/** An input layer, which is also the tensor that it gives. */
export interface Input extends Layer, SymbolicTensor {}

/** The same layer as a tensor. Its place is in one model only, unlike that of layers which are applied. */
export const inputTensor = (layer: Layer): Input =>
  onlyOutput(
    new Application(new AppliedLayer(layer), [], [[batch, ...(layer.inputShape ?? [])]], {
      make: (parts) => Object.assign(layer, parts),
    }),
  ) as Input;

/**
 * Says what a model takes. Computes nothing and does not count as a layer in files. It begins a `sequential` model, and it is a
 * tensor that `apply` takes, where a `model` begins.
 *
 * @throws TrazoError for what is not the shape of one sample
 * @example
 * ```ts
 * sequential([layers.input({ shape: [28, 28, 1] }), layers.flatten(), layers.dense({ units: 10 })]);
 *
 * const pixels = layers.input({ shape: [784] });
 * model({ inputs: pixels, outputs: apply(layers.dense({ units: 10 }), pixels) });
 * ```
 */
export function input(options: InputOptions): Input {
  if (Array.isArray(options)) {
    throw new TrazoError(`Input takes its shape by name: layers.input({ shape: [${options.join(", ")}] }).`);
  }
  return inputTensor(inputLayer(options));
}
