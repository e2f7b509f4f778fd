import { inWords, type Json, type JsonObject, TrazoError } from "../errors.js";
import { parseKerasObject } from "../keras-object.js";
import { hasMethod } from "../known-options.js";
import { findNamed, type Named } from "../names.js";
import { binaryCrossentropy } from "./binary-crossentropy.js";
import { categoricalCrossentropy } from "./categorical-crossentropy.js";
import type { Loss } from "./loss.js";
import { meanSquaredError } from "./mean-squared-error.js";
import { sparseCategoricalCrossentropy } from "./sparse-categorical-crossentropy.js";

/** Names by which a loss can be asked for. */
export type LossName =
  | "categoricalCrossentropy"
  | "sparseCategoricalCrossentropy"
  | "binaryCrossentropy"
  | "meanSquaredError";

interface LossEntry extends Named {
  readonly make: (config: { fromLogits?: boolean; labelSmoothing?: number }) => Loss;
}

const entries: readonly LossEntry[] = [
  { names: ["categoricalCrossentropy"], make: categoricalCrossentropy },
  { names: ["sparseCategoricalCrossentropy"], make: sparseCategoricalCrossentropy },
  { names: ["binaryCrossentropy"], make: binaryCrossentropy },
  { names: ["meanSquaredError", "mse"], make: meanSquaredError },
];

/** A loss by its name (Trazo's or Keras's), or the loss itself. @throws TrazoError for an unknown name, and for what is neither */
export function lossFrom(spec: LossName | Loss | (string & {})): Loss {
  if (typeof spec === "string") return deserializeLoss(spec, "loss");
  if (hasMethod(spec, "targetShape")) return spec;
  throw new TrazoError(
    `loss must be a name or a loss, e.g. losses.categoricalCrossentropy(), but got ${inWords(spec)}.`,
  );
}

/** Reads a loss from a Keras training configuration: a name, or an object with options. */
export function deserializeLoss(json: Json, where: string): Loss {
  const { className, config } = parseKerasObject(json, where);
  // Keras 3 writes a plain function as a class of its own.
  const name = className === "function" && typeof config === "string" ? config : className;
  const found = findNamed(entries, name);
  if (!found) {
    const known = entries.map(({ names }) => names[0]).join(", ");
    throw new TrazoError(`${where}: there is no loss "${name}". Known: ${known}.`);
  }
  refuseOtherOptions(config, `${where} ${name}`);
  return found.make({
    ...(typeof config.from_logits === "boolean" ? { fromLogits: config.from_logits } : {}),
    ...(typeof config.label_smoothing === "number" ? { labelSmoothing: config.label_smoothing } : {}),
  });
}

/** A loss as Keras writes it: its name alone when all options have their defaults, as far as those are known. */
export function serializeLoss(loss: Loss): Json {
  const config = loss.getConfig();
  if (hasDefaults(loss, config)) return loss.kerasName;
  return {
    class_name: loss.className,
    config: { name: loss.kerasName, reduction: "sum_over_batch_size", ...config },
  };
}

/** A loss of the user's own may have options of any kind: only one without any is its name alone. */
function hasDefaults({ kerasName }: Loss, config: JsonObject): boolean {
  const entry = findNamed(entries, kerasName);
  const defaults = entry ? entry.make({}).getConfig() : {};
  const keys = new Set([...Object.keys(config), ...Object.keys(defaults)]);
  return [...keys].every((key) => JSON.stringify(config[key]) === JSON.stringify(defaults[key]));
}

function refuseOtherOptions(config: JsonObject, where: string): void {
  const allowed: Record<string, readonly Json[]> = {
    reduction: ["auto", "sum_over_batch_size"],
    axis: [-1],
    ignore_class: [null],
    dtype: [null, "float32"],
    fn: [config.fn ?? null],
  };
  for (const [key, value] of Object.entries(config)) {
    if (["name", "from_logits", "label_smoothing"].includes(key)) continue;
    const values = allowed[key];
    const isPolicy = key === "dtype" && JSON.stringify(value).includes('"float32"');
    if (!values?.includes(value) && !isPolicy) {
      throw new TrazoError(`${where}: ${key} = ${JSON.stringify(value)} is not supported.`);
    }
  }
}
