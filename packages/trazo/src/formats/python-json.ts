import { type Json, type JsonObject, TrazoError } from "../errors.js";

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
  "fill_value",
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
  if (typeof value === "string") return pythonString(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([name, item]) => `${pythonString(name)}: ${pythonJson(item, name)}`,
  );
  return `{${entries.join(", ")}}`;
}

/** Python escapes whatever is not ASCII. */
const pythonString = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/**
 * Reads an object that Python's JSON wrote: it has bare NaN and infinities, which become texts.
 *
 * @param what names the text in errors
 * @throws TrazoError when it is no JSON object
 */
export function parsePythonJson(text: string, what: string): JsonObject {
  try {
    const parsed = JSON.parse(text.replace(/(?<=[:[,]\s*)(-?Infinity|NaN)(?=\s*[,\]}])/g, '"$1"')) as Json;
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Falls through to the error below, which says more than the parser's.
  }
  throw new TrazoError(`${what} is not valid JSON; the file is damaged.`);
}
