import { ownDefiner } from "../schema/custom-class.js";
import { type Constraint, defineBuiltIn } from "./constraint.js";

/**
 * Defines a constraint of your own: the factory, the checks of its options and what files hold all follow. A model with it can be
 * saved, and opened again with `loadModel(path, { customObjects: { constraints: [yours] } })`.
 *
 * @param definition `create` makes the constraint from its options: `apply` emits a graph from a weight to what is allowed of it, of
 * the same shape. `package` is the first part of the name in files, by default `Custom`, as for Keras's
 * `register_keras_serializable`
 * @throws TrazoError from the factory, for an unknown option or a value out of range
 * @example
 * ```ts
 * const within = defineConstraint({
 *   className: "Within",
 *   options: { limit: options.number({ min: 0 }) },
 *   create: ({ limit }) => ({ apply: (weight) => ops.clip(weight, -limit, limit) }),
 * });
 * layers.dense({ units: 4, kernelConstraint: within({ limit: 0.01 }) });
 * ```
 */
export const defineConstraint = ownDefiner<Constraint>(defineBuiltIn);
