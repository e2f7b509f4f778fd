import { type Json, type JsonObject, TrazoError } from "../errors.js";
import type { Compiled } from "../network/compiled.js";
import { namedObjective } from "../network/objective.js";
import { deserializeOptimizer } from "../optimizers/registry.js";
import type { CustomObjects } from "./custom-objects.js";
import type { CompiledPorts } from "./output-goals.js";
import { withOwnSchedule } from "./own-schedule.js";
import { readGoals } from "./read-goals.js";

/**
 * Reads what a model was compiled with, as Keras 2 (metrics in lists, wrapped) or Keras 3 wrote it.
 *
 * @param ports the model's outputs
 * @param key where it stood: `training_config` in a `.h5` file, `compile_config` in a `.keras` file
 * @param custom the user's own classes
 * @param holder where this library's own entries stand. Default: in the configuration itself
 */
export function deserializeTraining(
  config: JsonObject,
  ports: CompiledPorts,
  key: "training_config" | "compile_config",
  file: string,
  holder: JsonObject = config,
  custom: CustomObjects = {},
): Compiled {
  const where = `${file}: ${key}`;
  const optimizer = key === "training_config" ? "optimizer_config" : "optimizer";
  const mode = config.sample_weight_mode ?? null;
  if (mode !== null && !(Array.isArray(mode) && mode.length === 0)) {
    throw new TrazoError(`${where}: sample_weight_mode = ${JSON.stringify(mode)} is not supported.`);
  }
  return {
    ...namedObjective(
      ports.outputs.map(({ name }) => name),
      readGoals(config, ports, where, custom),
    ),
    optimizer: deserializeOptimizer(
      withOwnSchedule(requireOptimizer(config[optimizer], where), holder),
      `${where}, ${optimizer}`,
      custom,
    ),
  };
}

/** Keras 3 forgets the optimizer in a `.keras` file of a model that it has saved as `.h5` before. */
function requireOptimizer(optimizer: Json | undefined, where: string): Json {
  if (optimizer !== undefined && optimizer !== null) return optimizer;
  throw new TrazoError(
    `${where}: the file does not say with which optimizer the model was compiled. ` +
      "Load it with { compile: false } and compile it yourself.",
  );
}
