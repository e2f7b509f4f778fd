import { inWords, type Json, type JsonObject, TrazoError } from "../errors.js";
import { parseKerasObject } from "../keras-object.js";
import { hasMethod } from "../known-options.js";
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

interface LossEntry {
  readonly aliases: readonly string[];
  readonly make: (config: { fromLogits?: boolean; labelSmoothing?: number }) => Loss;
}

const entries: Readonly<Record<LossName, LossEntry>> = {
  categoricalCrossentropy: {
    aliases: ["categorical_crossentropy", "CategoricalCrossentropy"],
    make: categoricalCrossentropy,
  },
  sparseCategoricalCrossentropy: {
    aliases: ["sparse_categorical_crossentropy", "SparseCategoricalCrossentropy"],
    make: sparseCategoricalCrossentropy,
  },
  binaryCrossentropy: { aliases: ["binary_crossentropy", "BinaryCrossentropy"], make: binaryCrossentropy },
  meanSquaredError: {
    aliases: ["mean_squared_error", "mse", "MSE", "MeanSquaredError"],
    make: meanSquaredError,
  },
};

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
  const found = Object.entries(entries).find(([key, entry]) => key === name || entry.aliases.includes(name));
  if (!found) {
    throw new TrazoError(`${where}: there is no loss "${name}". Known: ${Object.keys(entries).join(", ")}.`);
  }
  refuseOtherOptions(config, `${where} ${name}`);
  return found[1].make({
    ...(typeof config.from_logits === "boolean" ? { fromLogits: config.from_logits } : {}),
    ...(typeof config.label_smoothing === "number" ? { labelSmoothing: config.label_smoothing } : {}),
  });
}

/** A loss as Keras writes it: its name alone when all options have their defaults. */
export function serializeLoss(loss: Loss): Json {
  const config = loss.getConfig();
  const isDefault = !config.from_logits && !config.label_smoothing;
  if (isDefault) return loss.kerasName;
  return {
    class_name: loss.className,
    config: { name: loss.kerasName, reduction: "sum_over_batch_size", ...config },
  };
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
