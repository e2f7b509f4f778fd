import { classNamesKey } from "../data/class-names.js";
import { preparationKey } from "../data/preparation.js";
import { type JsonObject, TrazoError } from "../errors.js";
import { refuseDamagedName } from "./damaged-name.js";
import { type FloatKeysOf, floatKeysIn } from "./float-keys.js";
import type { Hdf5Group } from "./hdf5-group.js";
import type { NewHdf5Group } from "./hdf5-writer.js";
import { parsePythonJson, pythonJson } from "./python-json.js";
import { type NamedTensor, readTensor, type StoredOptimizer, stepCount } from "./stored-weights.js";

/** A layer's weights in Keras's order. */
export interface StoredLayer {
  readonly name: string;
  readonly weights: readonly NamedTensor[];
  /** Written by Keras on Theano, whose convolutions turn the kernel around. Default false. */
  readonly convolves?: boolean | undefined;
}

/** What Keras's legacy whole-model HDF5 file holds. */
export interface KerasH5 {
  /** Version of the writer, e.g. `2.15.0`. */
  readonly kerasVersion: string;
  readonly modelConfig: JsonObject;
  /** Absent when the model was not compiled. */
  readonly trainingConfig: JsonObject | undefined;
  /** In the model's order; layers without weights included. */
  readonly layers: readonly StoredLayer[];
  /** In Keras's order; absent when the optimizer has not been used. */
  readonly optimizerWeights: readonly NamedTensor[] | undefined;
  /** Ours, as JSON: how pictures are prepared. */
  readonly preparation: string | undefined;
  /** Ours, as JSON: the classes' names. */
  readonly classNames: string | undefined;
}

/**
 * Reads a legacy `.h5` model of Keras 2 or 3.
 *
 * @throws TrazoError naming `file` when it holds no whole Keras model
 */
export function readKerasH5(root: Hdf5Group, file: string): KerasH5 {
  const modelConfig = jsonAttribute(root, "model_config", file);
  if (!modelConfig) {
    const advice = hasLayerWeights(root)
      ? "only weights: build the same model and call model.loadWeights(path)."
      : "no whole Keras model.";
    throw new TrazoError(`${file}: this HDF5 file holds ${advice} (There is no "model_config".)`);
  }
  const optimizer = root.group("optimizer_weights");
  refuseDamagedName("training_config", root.attributeNames, file);
  refuseDamagedName("optimizer_weights", root.names, file);
  return {
    kerasVersion: root.texts("keras_version")?.[0] ?? "1",
    modelConfig,
    trainingConfig: jsonAttribute(root, "training_config", file),
    layers: readLayers(root, file),
    optimizerWeights: optimizer && namedTensors(optimizer, file),
    preparation: root.texts(preparationKey)?.[0],
    classNames: root.texts(classNamesKey)?.[0],
  };
}

/** Whether an HDF5 file holds weights layer by layer, in the legacy layout or in that of `.weights.h5`. */
const hasLayerWeights = (root: Hdf5Group): boolean =>
  isLegacyWeights(root) || root.names.some((name) => /^(layers|_layer_checkpoint_dependencies)\b/.test(name));

/** Whether an HDF5 file holds weights in the legacy layout, with or without the model. */
export function isLegacyWeights(root: Hdf5Group): boolean {
  return (
    root.names.includes("model_weights") || ["layer_names", "layer_names0"].some((name) => root.texts(name))
  );
}

/** The layers of a legacy file: of a whole model below `model_weights`, of weights alone at its root. */
export function readLayers(root: Hdf5Group, file: string): StoredLayer[] {
  const weights = root.texts("layer_names") ? root : requireGroup(root, "model_weights", file);
  const convolves = weights.texts("backend")?.[0] === "theano";
  return nameList(weights, "layer_names", file).map((name) => ({
    name,
    weights: namedTensors(requireGroup(weights, name, file), file),
    convolves,
  }));
}

/**
 * The optimizer's state as a legacy file has it, told apart by names: Keras 3 stores the learning rate next to it, and the
 * optimizers of Keras up to 2.10 (later: legacy) count their steps as `iter`. Some, as RMSprop up to Keras 2.2, do not count.
 */
export function readOptimizerWeights(stored: readonly NamedTensor[], file: string): StoredOptimizer {
  const counter = /(^|\/)iter(ation)?s?(:0)?$/;
  const iteration = stored.find(({ name }) => counter.test(name));
  const rate = stored.find(({ name, shape }) => shape.length === 0 && name.includes("learning_rate"));
  return {
    iterations: iteration ? stepCount(iteration, file) : 0,
    learningRate: rate && Number(rate.data[0]),
    slots: stored.filter((tensor) => tensor !== iteration && tensor !== rate),
    momentsApart: !iteration || !/(^|\/)iteration(:0)?$/.test(iteration.name),
  };
}

function namedTensors(group: Hdf5Group, file: string): NamedTensor[] {
  return nameList(group, "weight_names", file).map((name) => {
    // Keras's names may hold slashes, which make nested groups.
    const dataset = group.dataset(name);
    if (dataset) return readTensor(name, dataset);
    throw new TrazoError(`${file}: "${name}" is missing in /${group.path}, or is not a dataset.`);
  });
}

function requireGroup(group: Hdf5Group, name: string, file: string): Hdf5Group {
  const found = group.group(name);
  if (found) return found;
  throw new TrazoError(`${file}: "${name}" is missing in /${group.path}, or is not a group.`);
}

function jsonAttribute(root: Hdf5Group, name: string, file: string): JsonObject | undefined {
  const text = root.texts(name)?.[0];
  return text === undefined ? undefined : parsePythonJson(text, `${file}: the attribute "${name}"`);
}

/** A list of names; long ones are cut into `name0`, `name1`, … (an attribute holds at most 64 kB). */
function nameList(group: Hdf5Group, name: string, file: string): string[] {
  const whole = group.texts(name);
  if (whole) return whole;
  const pieces: string[] = [];
  for (let piece = group.texts(`${name}0`), i = 1; piece; piece = group.texts(`${name}${i++}`)) {
    pieces.push(...piece);
  }
  if (pieces.length > 0) return pieces;
  throw new TrazoError(`${file}: /${group.path} has no "${name}"; this is not how Keras stores weights.`);
}

/** Largest list of names that fits an attribute, as Keras counts it. */
const attributeLimit = 64512;

/**
 * Writes a legacy `.h5` model in the layout that Keras 2 and Keras 3 both read.
 *
 * @param floats the float entries of its configurations. Default: none
 */
export async function writeKerasH5(
  model: KerasH5,
  floats: FloatKeysOf = floatKeysIn([]),
): Promise<Uint8Array> {
  // Whoever only reads such files needs nothing of it.
  const { writeHdf5 } = await import("./hdf5-writer.js");
  return writeHdf5((root) => {
    root.text("keras_version", model.kerasVersion);
    root.text("backend", "tensorflow");
    root.text("model_config", pythonJson(model.modelConfig, floats), "ascii");
    if (model.preparation !== undefined) root.text(preparationKey, model.preparation, "ascii");
    if (model.classNames !== undefined) root.text(classNamesKey, model.classNames, "ascii");
    if (model.trainingConfig) {
      root.text("training_config", pythonJson(model.trainingConfig, floats), "ascii");
    }
    const weights = root.group("model_weights");
    writeNames(
      weights,
      "layer_names",
      model.layers.map(({ name }) => name),
    );
    weights.text("backend", "tensorflow");
    weights.text("keras_version", model.kerasVersion);
    for (const layer of model.layers) writeTensors(weights.group(layer.name), layer.weights);
    writeTensors(weights.group("top_level_model_weights"), []);
    if (model.optimizerWeights) writeTensors(root.group("optimizer_weights"), model.optimizerWeights);
  });
}

function writeTensors(group: NewHdf5Group, tensors: readonly NamedTensor[]): void {
  writeNames(
    group,
    "weight_names",
    tensors.map(({ name }) => name),
  );
  for (const tensor of tensors) group.dataset(tensor.name, tensor);
}

function writeNames(group: NewHdf5Group, key: string, list: readonly string[]): void {
  const longest = Math.max(1, ...list.map((name) => new TextEncoder().encode(name).length));
  if (longest * list.length <= attributeLimit) {
    group.texts(key, list);
    return;
  }
  const each = Math.max(1, Math.floor(attributeLimit / longest));
  const pieces = Math.ceil(list.length / each);
  for (let i = 0; i < pieces; i++) {
    group.texts(`${key}${i}`, list.slice(i * each, (i + 1) * each));
  }
}
