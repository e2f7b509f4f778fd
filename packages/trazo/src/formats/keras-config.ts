import { type Json, type JsonObject, TrazoError } from "../errors.js";
import type { Layer } from "../layers/layer.js";
import { deserializeLayer, serializeLayer } from "../layers/registry.js";
import { deserializeLoss, serializeLoss } from "../losses/registry.js";
import type { Metric } from "../metrics/metric.js";
import { deserializeMetric } from "../metrics/registry.js";
import type { Compiled } from "../network/compiled.js";
import type { ModelDefinition } from "../network/definition.js";
import { namedMetrics } from "../network/metric-names.js";
import { freeName, storedName } from "../network/stored-name.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { deserializeOptimizer, serializeOptimizer } from "../optimizers/registry.js";
import type { CustomObjects } from "./custom-objects.js";
import { withOwnSchedule } from "./own-schedule.js";

/**
 * A model as Keras 2 writes it, which Keras 3 reads too: an input layer with `batch_input_shape`,
 * and every layer with its own configuration.
 */
export function serializeModel(model: ModelDefinition): JsonObject {
  const inputLayer = {
    class_name: "InputLayer",
    config: {
      batch_input_shape: [null, ...(model.inputShape.slice(1) as number[])],
      dtype: "float32",
      sparse: false,
      ragged: false,
      name: inputNameOf(model),
    },
  };
  const layers = model.layers
    .filter(({ layer }) => layer.className !== "InputLayer")
    .map(({ layer, name }) => serializeLayer(layer, name));
  for (const entry of layers) {
    if (hasHardSigmoid(entry))
      throw new TrazoError(`${nameOf(entry)}: ${hardSigmoid} Save the model as .keras.`);
  }
  return { class_name: "Sequential", config: { name: model.name, layers: [inputLayer, ...layers] } };
}

/** The name of the model's input layer, also where there is none of its own. */
export function inputNameOf({ layers }: ModelDefinition): string {
  const [first] = layers;
  return first?.layer.className === "InputLayer" ? first.name : `${first?.name ?? "model"}_input`;
}

const hardSigmoid =
  "Keras 2 computes another hard_sigmoid, clip(0.2 x + 0.5, 0, 1), than Keras 3, clip(x / 6 + 0.5, 0, 1).";

const hasHardSigmoid = (entry: Json): boolean =>
  JSON.stringify(((entry as JsonObject | null)?.config as JsonObject | null)?.activation ?? null).includes(
    '"hard_sigmoid"',
  );

const nameOf = (entry: JsonObject): string => `Layer "${String((entry.config as JsonObject).name)}"`;

/** Sequential networks in use have tens of layers; a compressed file of a few kilobytes can state any number. */
const mostLayers = 2_000;

/**
 * The layers of a `Sequential` configuration, of Keras 2 or 3.
 *
 * @param kerasVersion of the writer, e.g. `2.15.0`
 * @param custom the user's own classes
 */
export function deserializeModel(
  config: JsonObject,
  kerasVersion: string,
  file: string,
  custom: CustomObjects = {},
): { name: string; layers: Layer[] } {
  if (config.class_name !== "Sequential") {
    throw new TrazoError(
      `${file}: only Sequential models are supported, but the file holds a ${String(config.class_name)}.`,
    );
  }
  // The oldest files have the list of layers itself in place of the configuration.
  const inner = config.config as Json;
  const list = Array.isArray(inner) ? inner : (inner as JsonObject | null)?.layers;
  if (!Array.isArray(list)) throw new TrazoError(`${file}: the model configuration has no list of layers.`);
  if (list.length > mostLayers) {
    throw new TrazoError(`${file}: the model has ${list.length} layers; at most ${mostLayers} are read.`);
  }
  const name = Array.isArray(inner) ? "sequential" : (inner as JsonObject).name;
  const layers = list.map((entry, i) => {
    const where = `${file}: layers[${i}] ${classNameOf(entry)}`;
    if (hasHardSigmoid(entry) && Number.parseInt(kerasVersion, 10) < 3) {
      throw new TrazoError(`${where}: ${hardSigmoid} Only the latter is supported.`);
    }
    return deserializeLayer(entry, where, custom);
  });
  return {
    name: storedName(typeof name === "string" ? name : "sequential"),
    layers: withStoredNames(layers),
  };
}

/** Keras 2 takes names with a slash, which Keras 3 does not and HDF5 would make groups of: the slash becomes "_". */
function withStoredNames(layers: readonly Layer[]): Layer[] {
  const taken = new Set(layers.map(({ name }) => name).filter((name) => name !== undefined));
  return layers.map((layer) => {
    if (layer.name === undefined || storedName(layer.name) === layer.name) return layer;
    const name = freeName(storedName(layer.name), taken);
    taken.add(name);
    return { ...layer, name };
  });
}

const classNameOf = (entry: Json): string => String((entry as JsonObject | null)?.class_name);

/** What the model was compiled with. */
export function serializeTraining({ loss, metrics, weightedMetrics, optimizer }: Compiled): JsonObject {
  return {
    loss: serializeLoss(loss),
    metrics: metrics.map((metric) => metric.keras),
    weighted_metrics: weightedMetrics?.map((metric) => metric.keras) ?? null,
    loss_weights: null,
    optimizer_config: optimizerConfig(optimizer),
  };
}

/**
 * The spelling of Keras 2.11 to 2.15, which Keras 3 reads as well. Without `is_legacy_optimizer`
 * Keras 2 would take it for one of its old optimizers, which order their state differently.
 */
function optimizerConfig(optimizer: Optimizer): JsonObject {
  const { class_name, config } = serializeOptimizer(optimizer) as { class_name: string; config: JsonObject };
  return {
    class_name: optimizer.registeredName ?? `Custom>${class_name}`,
    config: { ...config, jit_compile: false, is_legacy_optimizer: false },
  };
}

/**
 * Reads what a model was compiled with, as Keras 2 (metrics in lists, wrapped) or Keras 3 wrote it.
 *
 * @param key where it stood: `training_config` in a `.h5` file, `compile_config` in a `.keras` file
 * @param custom the user's own classes
 * @param beside where this library's own entries stand. Default: in the configuration itself
 */
export function deserializeTraining(
  config: JsonObject,
  key: "training_config" | "compile_config",
  file: string,
  beside: JsonObject = config,
  custom: CustomObjects = {},
): Compiled {
  const where = `${file}: ${key}`;
  const optimizer = key === "training_config" ? "optimizer_config" : "optimizer";
  for (const option of ["loss_weights", "sample_weight_mode"]) {
    const value = config[option] ?? null;
    if (value === null || (Array.isArray(value) && value.length === 0)) continue;
    throw new TrazoError(`${where}: ${option} = ${JSON.stringify(value)} is not supported.`);
  }
  const loss = config.loss ?? null;
  if (loss === null) throw new TrazoError(`${where}: the model was compiled without a loss.`);
  return {
    loss: deserializeLoss(loss, `${where}, loss`, custom),
    ...namedMetrics(
      deserializeMetrics(config.metrics ?? [], `${where}, metrics`, custom),
      deserializeWeighted(config.weighted_metrics ?? null, `${where}, weighted_metrics`, custom),
    ),
    optimizer: deserializeOptimizer(
      withOwnSchedule(requireOptimizer(config[optimizer], where), beside),
      `${where}, ${optimizer}`,
      custom,
    ),
  };
}

/** Keras 3 forgets the optimizer in a `.keras` file of a model that it has saved as `.h5` before. */
function requireOptimizer(optimizer: Json | undefined, where: string): Json {
  if (optimizer !== undefined && optimizer !== null) return optimizer;
  throw new TrazoError(
    `${where}: the file does not say with which optimiser the model was compiled. ` +
      "Load it with { compile: false } and compile it yourself.",
  );
}

function deserializeMetrics(json: Json, where: string, custom: CustomObjects): Metric[] {
  const flat = (Array.isArray(json) ? json.flat(2) : [json]) as Json[];
  return flat
    .filter((item) => item !== null && !isLossMetric(item))
    .map((item) => deserializeMetric(item, where, custom));
}

function deserializeWeighted(json: Json, where: string, custom: CustomObjects): Metric[] | undefined {
  const metrics = json === null ? [] : deserializeMetrics(json, where, custom);
  return metrics.length === 0 ? undefined : metrics;
}

/** Some versions list the running mean of the loss among the metrics. */
const isLossMetric = (item: Json): boolean =>
  typeof item === "object" && (item as JsonObject | null)?.class_name === "Mean";
