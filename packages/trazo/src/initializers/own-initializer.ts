import { ownDefiner } from "../schema/custom-class.js";
import { defineInitializer as define, type Initializer } from "./initializer.js";

/**
 * Defines an initializer of your own: the factory, the checks of its options and what files hold all follow. A model with it can be
 * saved, and opened again with `loadModel(path, { customObjects: { initializers: [yours] } })`.
 *
 * @param definition `create` makes the initializer from its options: `init` gives the values for a weight of a shape, row-major.
 * `package` is the first part of the name in files, by default `Custom`, as for Keras's `register_keras_serializable`
 * @throws TrazoError from the factory, for an unknown option or a value out of range
 * @example
 * ```ts
 * const ramp = defineInitializer({
 *   className: "Ramp",
 *   options: { step: options.withDefault(options.number(), 1) },
 *   create: ({ step }) => ({ init: (shape) => Float32Array.from({ length: sizeOf(shape) }, (_, i) => i * step) }),
 * });
 * layers.dense({ units: 4, kernelInitializer: ramp({ step: 0.01 }) });
 * ```
 */
export const defineInitializer = ownDefiner<Initializer>(define);
