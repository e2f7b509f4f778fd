import { type CustomFactory, customFactory, registeredName } from "../schema/custom-class.js";
import type { EveryOption } from "../schema/define.js";
import {
  type CommonMergeOptions,
  defineMergeLayer as define,
  type MergeLayerDefinition,
} from "./define-merge-layer.js";
import type { MergeLayer } from "./layer.js";

/** A layer of several inputs by its class, its options and what they make. */
export interface OwnMergeLayerDefinition<S extends EveryOption<S>>
  extends Omit<MergeLayerDefinition<S>, "registeredName"> {
  /** The first part of the name in files. Default `Custom`, as for Keras's `register_keras_serializable`. */
  readonly package?: string | undefined;
}

/**
 * Defines a layer of your own that makes one tensor of several, as `defineLayer` does for those of one: `apply(yours(), [a, b])`
 * takes it. Every such layer has the options `name` and `trainable`. A model with it can be saved, and opened again with
 * `loadModel(path, { customObjects: { layers: [yours] } })`.
 *
 * @param definition `create` makes the layer from its options: `build` gives the output's shape and the weights for the inputs'
 * shapes, all with the batch dimension; `call` emits its part of the graph. `inputs` says exactly how many there are, by default two or
 * more
 * @throws TrazoError from the factory, for an unknown option or a wrong value; from `apply`, for another number of inputs
 * @example
 * ```ts
 * import { apply, defineMergeLayer, layers, ops, type Value } from "trazo";
 *
 * const distance = defineMergeLayer({
 *   className: "Distance",
 *   options: {},
 *   inputs: 2,
 *   create: () => ({
 *     build: ([shape = []]) => ({ outputShape: [...shape.slice(0, 1), 1], weights: [] }),
 *     call: ([a, b]) =>
 *       ops.reduceSum(ops.square(ops.sub(a as Value, b as Value)), { axes: [1], keepDims: true }),
 *   }),
 * });
 * const [left, right] = [layers.input({ shape: [16] }), layers.input({ shape: [16] })];
 * apply(distance(), [left, right]);
 * ```
 */
export function defineMergeLayer<const S extends EveryOption<S>>({
  package: packageName,
  ...definition
}: OwnMergeLayerDefinition<S>): CustomFactory<CommonMergeOptions & S, MergeLayer> {
  const own = registeredName(definition.className, packageName);
  return customFactory(define({ ...definition, registeredName: own }), own);
}
