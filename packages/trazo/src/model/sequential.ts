import { listOption, requireKnownOptions } from "../known-options.js";
import type { Layer } from "../layers/layer.js";
import { ModelDefinition } from "../network/definition.js";
import { modelLayer } from "../network/model-layer.js";
import { Model } from "./model.js";
import { type ModelOptions, modelOptions } from "./model-options.js";

/** Options of a chain of layers. */
export type SequentialOptions = ModelOptions;

/** A linear stack of layers, trained and used as Keras's `Sequential`. */
export class Sequential extends Model {
  constructor(layers?: readonly (Layer | Model)[], options?: SequentialOptions);
  /** @internal */
  constructor(define: (seed: number) => ModelDefinition, options?: SequentialOptions);
  constructor(
    content: readonly (Layer | Model)[] | ((seed: number) => ModelDefinition) = [],
    options: SequentialOptions = {},
  ) {
    if (typeof content !== "function") listOption(content, "The layers of a model");
    requireKnownOptions(options, modelOptions, "Sequential");
    super(typeof content === "function" ? content : (seed) => chainOf(content, options.name, seed), options);
  }

  /**
   * Appends a layer. Anything compiled before is dropped.
   *
   * @throws TrazoError when the layer does not fit, and during `fit`, `evaluate` and `predict`
   * @example
   * ```ts
   * const stacked = sequential().add(layers.input({ shape: [784] })).add(layers.dense({ units: 10 }));
   * ```
   */
  add(layer: Layer | Model): this {
    this.rebuild("add", (chain) => chain.add(placeable(layer)));
    return this;
  }
}

function chainOf(layers: readonly (Layer | Model)[], name = "sequential", seed: number): ModelDefinition {
  const chain = ModelDefinition.chain(name, seed);
  for (const layer of layers) chain.add(placeable(layer));
  return chain;
}

const placeable = (layer: Layer | Model) => (layer instanceof Model ? modelLayer(layer.definition) : layer);

/**
 * A linear stack of layers, e.g. `sequential([layers.input({ shape: [28, 28, 1] }), ...], { seed: 1 })`.
 *
 * @example
 * ```ts
 * const classifier = sequential(
 *   [
 *     layers.input({ shape: [28, 28, 1] }),
 *     layers.conv2d({ filters: 8, kernelSize: 3, activation: "relu" }),
 *     layers.flatten(),
 *     layers.dense({ units: 10, activation: "softmax" }),
 *   ],
 *   { seed: 1 },
 * );
 * ```
 */
export function sequential(
  layers: readonly (Layer | Model)[] = [],
  options: SequentialOptions = {},
): Sequential {
  return new Sequential(layers, options);
}
