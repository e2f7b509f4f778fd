import type { Json, JsonObject } from "../errors.js";
import { isObject } from "../keras-object.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { isKerasSchedule, serializeSchedule } from "../schedules/registry.js";

/** Whether a schedule decides the rate that Keras has no class for. It would refuse a whole model for that. */
export const hasOwnSchedule = ({ schedule }: Optimizer): boolean =>
  schedule !== undefined && !isKerasSchedule(schedule);

/** An optimizer's configuration as Keras can read it: in place of such a schedule, the rate that this has come to. */
export function withPlainRate(written: Json, optimizer: Optimizer): Json {
  return hasOwnSchedule(optimizer) ? withRate(written, optimizer.learningRate) : written;
}

/** What is written next to Keras's entries, where Keras does not look: such a schedule. */
export function ownEntries(optimizer: Optimizer): JsonObject {
  const { schedule } = optimizer;
  if (!schedule || !hasOwnSchedule(optimizer)) return {};
  return { trazo: { learning_rate: serializeSchedule(schedule) } };
}

/** The configuration with the schedule that `ownEntries` left next to it, if there was one. */
export function withOwnSchedule(written: Json, holder: JsonObject): Json {
  const schedule = isObject(holder.trazo) ? holder.trazo.learning_rate : undefined;
  return schedule === undefined ? written : withRate(written, schedule);
}

function withRate(written: Json, rate: Json): Json {
  if (!isObject(written) || !isObject(written.config)) return written;
  return { ...written, config: { ...written.config, learning_rate: rate } };
}
