import type { Json, JsonObject } from "../errors.js";
import { hasMethod } from "../known-options.js";
import type { OwnClasses } from "../schema/own-classes.js";
import { Registry, serialize } from "../schema/registry.js";
import * as builtIn from "./built-in.js";
import type { Optimizer } from "./optimizer.js";

export const optimizerRegistry = new Registry<Optimizer>("optimizer", Object.values(builtIn), {
  own: "optimizers",
  prefix: "Custom>",
});

/** Names by which an optimizer can be asked for. */
export type OptimizerName = keyof typeof builtIn;

/**
 * An optimizer from itself or from its name (`adam`, `nadam`, `sgd`, …), with Keras's default options.
 *
 * @throws TrazoError for an unknown name, and for what is neither
 * @example
 * import { optimizers } from "trazo";
 *
 * optimizers.optimizerFrom("adam").learningRate; // 0.001
 */
export const optimizerFrom = (spec: OptimizerName | Optimizer | (string & {})): Optimizer =>
  optimizerRegistry.from(spec, "optimizer", (value) => hasMethod(value, "update"));

/**
 * Reads an optimizer from a Keras configuration: a name, `{class_name, config}` (Keras 2, `Custom>Adam` in 2.11 to 2.15) or
 * `{module, class_name, config, registered_name}` (Keras 2.13 and 3). Numbers stay as read: Keras writes float32 values, such
 * as 0.0010000000474974513. An RMSprop of Keras 2.10 or older gets Keras 3's epsilon inside the root, as in Keras 3.
 *
 * @param where names the place in error messages, e.g. `best_model.h5, training_config`
 * @param own the user's own classes that the configuration may name: `{ optimizers: [...], schedules: [...] }`
 * @throws TrazoError for an unknown class or entry, a wrong value, and for what does not exist here: a scale of the loss, and the
 *   `decay` of Keras 2.10 and older
 * @example
 * import { optimizers } from "trazo";
 *
 * const config = { class_name: "Adam", config: { learning_rate: 0.01 } };
 * optimizers.deserializeOptimizer(config, "my configuration").learningRate; // 0.01
 */
export const deserializeOptimizer = (config: Json, where: string, own?: OwnClasses): Optimizer =>
  optimizerRegistry.deserialize(config, where, own);

/**
 * Keras's two-key form `{class_name, config}`.
 *
 * @example
 * import { optimizers } from "trazo";
 *
 * optimizers.serializeOptimizer(optimizers.sgd()).class_name; // "SGD"
 */
export const serializeOptimizer = (optimizer: Optimizer): JsonObject => serialize(optimizer);
