import { ownDefiner } from "../schema/custom-class.js";
import { definerOf } from "../schema/define.js";
import type { Regularizer } from "./regularizer.js";

/**
 * Defines a regularizer of your own: the factory, the checks of its options and what files hold all follow. A model with it can be
 * saved, and opened again with `loadModel(path, { customObjects: { regularizers: [yours] } })`.
 *
 * @param definition `create` makes the regularizer from its options: the factors of its penalty `l1 · Σ|w| + l2 · Σw²`. `package`
 * is the first part of the name in files, by default `Custom`, as for Keras's `register_keras_serializable`
 * @throws TrazoError from the factory, for an unknown option or a value out of range
 * @example
 * ```ts
 * const elastic = defineRegularizer({
 *   className: "Elastic",
 *   options: { strength: options.number({ min: 0 }), mix: options.rate() },
 *   create: ({ strength, mix }) => ({ l1: strength * mix, l2: strength * (1 - mix) }),
 * });
 * layers.dense({ units: 4, kernelRegularizer: elastic({ strength: 0.01, mix: 0.5 }) });
 * ```
 */
export const defineRegularizer = ownDefiner<Regularizer>(definerOf<Regularizer>());
