import type { Json, JsonObject } from "../errors.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { isKerasSchedule, serializeSchedule } from "../schedules/registry.js";

/** Where a compilation has its optimiser: `optimizer_config` in a `.h5` file, `optimizer` in a `.keras` file. */
export type OptimizerKey = "optimizer_config" | "optimizer";

/** Whether a schedule decides the rate that Keras has no class for. It would refuse a whole model for that. */
export const hasOwnSchedule = ({ schedule }: Optimizer): boolean =>
  schedule !== undefined && !isKerasSchedule(schedule);

/** A compilation that Keras can read: in place of a schedule that it has no class for, the rate that this has come to. */
export function withPlainRate(compilation: JsonObject, key: OptimizerKey, optimizer: Optimizer): JsonObject {
  return hasOwnSchedule(optimizer) ? withRate(compilation, key, optimizer.learningRate) : compilation;
}

/** What is written beside Keras's entries, where Keras does not look: such a schedule. */
export function ownEntries(optimizer: Optimizer): JsonObject {
  const { schedule } = optimizer;
  if (!schedule || !hasOwnSchedule(optimizer)) return {};
  return { trazo: { learning_rate: serializeSchedule(schedule) } };
}

/** The compilation with the schedule that was written beside it, if there was one. */
export function withOwnSchedule(compilation: JsonObject, key: OptimizerKey, beside: JsonObject): JsonObject {
  const schedule = isObject(beside.trazo) ? beside.trazo.learning_rate : undefined;
  return schedule === undefined ? compilation : withRate(compilation, key, schedule);
}

function withRate(compilation: JsonObject, key: OptimizerKey, rate: Json): JsonObject {
  const optimizer = compilation[key];
  if (!isObject(optimizer) || !isObject(optimizer.config)) return compilation;
  const config = { ...optimizer.config, learning_rate: rate };
  return { ...compilation, [key]: { ...optimizer, config } };
}

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === "object" && json !== null && !Array.isArray(json);
