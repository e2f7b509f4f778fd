import { requireKnownOptions } from "../known-options.js";
import type { Layer, MergeLayer } from "../layers/layer.js";
import { appliedLayer, applyLayer, requireSymbolic, type SymbolicTensor } from "../layers/symbolic.js";
import { applyModel } from "../network/apply-model.js";
import type { ModelLayer } from "../network/layer-graph.js";
import { modelLayer } from "../network/model-layer.js";
import { Model } from "./model.js";
import type { Predictions } from "./predictions.js";

/** Options of `apply`. */
export interface ApplyOptions {
  /**
   * False: in training too the layer, or all layers of a model, do what they do outside of training: batch normalization keeps its
   * moving averages, dropout lets all through. As for a pretrained backbone, whose weights may be trained all the same.
   */
  readonly training?: false | undefined;
}

const applyOptions = { training: true } as const;

/**
 * Applies a layer to a tensor, where a `model` is described. The same layer may be applied again: its weights are shared, and
 * stay shared by all models that are made of these tensors.
 *
 * @param x what `layers.input` or `apply` gave
 * @throws TrazoError when the layer does not take a tensor of that shape
 * @example
 * ```ts
 * const pixels = layers.input({ shape: [28, 28, 1] });
 * const maps = apply(layers.conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "relu" }), pixels);
 * const again = apply(layers.conv2d({ filters: 8, kernelSize: 3, padding: "same" }), maps);
 * const block = apply(layers.activation({ activation: "relu" }), apply(layers.add(), [maps, again]));
 * const features = apply(layers.globalAveragePooling2d(), block);
 * const digits = model({ inputs: pixels, outputs: apply(layers.dense({ units: 10, activation: "softmax" }), features) });
 * ```
 */
export function apply(layer: Layer, x: SymbolicTensor, options?: ApplyOptions): SymbolicTensor;
/** Applies a layer that makes one tensor of several, such as `layers.add()`. */
export function apply(
  layer: MergeLayer,
  x: readonly SymbolicTensor[],
  options?: ApplyOptions,
): SymbolicTensor;
/**
 * Applies a whole model as a layer: to its inputs, one or a list. The model and those made with it share its weights. Of several
 * outputs it gives the first; `applyAll` gives all.
 */
export function apply(
  net: Model<Predictions>,
  x: SymbolicTensor | readonly SymbolicTensor[],
  options?: ApplyOptions,
): SymbolicTensor;
export function apply(
  layer: Layer | MergeLayer | Model<Predictions>,
  x: SymbolicTensor | readonly SymbolicTensor[],
  options: ApplyOptions = {},
): SymbolicTensor {
  if (layer instanceof Model) return applyAll(layer, x, options)[0] as SymbolicTensor;
  requireKnownOptions(options, applyOptions, "apply");
  return applyLayer(layer, x, options.training);
}

/**
 * Applies a model of several outputs as a layer.
 *
 * @returns one tensor per output
 * @throws TrazoError when the model takes other inputs
 * @example
 * ```ts
 * const pixels = layers.input({ shape: [28, 28, 1] });
 * const [digit] = applyAll(model, pixels);
 * ```
 */
export function applyAll(
  net: Model<Predictions>,
  x: SymbolicTensor | readonly SymbolicTensor[],
  options: ApplyOptions = {},
): readonly SymbolicTensor[] {
  requireKnownOptions(options, applyOptions, "apply");
  const what = `apply("${net.name}")`;
  const xs = requireSymbolic(Array.isArray(x) ? x : [x], `${what}: the input`);
  const applied = appliedLayer(net, () => modelLayer(net.definition));
  return applyModel(applied, applied.layer as ModelLayer, xs, options.training).outputs;
}
