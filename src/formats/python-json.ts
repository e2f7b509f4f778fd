import type { Json } from "../errors.js";

/** Entries of Keras's configurations that are floats, whatever their value. */
const floats = new Set([
  "alpha",
  "beta_1",
  "beta_2",
  "clipnorm",
  "clipvalue",
  "decay_rate",
  "ema_momentum",
  "end_learning_rate",
  "epsilon",
  "final_learning_rate",
  "gain",
  "global_clipnorm",
  "initial_learning_rate",
  "l1",
  "l2",
  "label_smoothing",
  "learning_rate",
  "m_mul",
  "max_learning_rate",
  "maxval",
  "mean",
  "minval",
  "momentum",
  "power",
  "rate",
  "rho",
  "scale",
  "stddev",
  "t_mul",
  "value",
  "values",
  "warmup_target",
  "weight_decay",
]);

/**
 * A configuration as Python's JSON has it: a float keeps its point where its value is whole. Keras refuses an integer as
 * `learning_rate`, and computes schedules from an integer in integers.
 */
export function pythonJson(value: Json, key = ""): string {
  if (typeof value === "number" && Number.isSafeInteger(value) && floats.has(key)) return `${value}.0`;
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item, key)).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([name, item]) => `${JSON.stringify(name)}: ${pythonJson(item, name)}`,
  );
  return `{${entries.join(", ")}}`;
}
