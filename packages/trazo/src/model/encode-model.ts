import { platform } from "#platform";
import { type JsonObject, TrazoError } from "../errors.js";
import { hasEnding, isHdf5File, isKerasFile, isOnnxFile, isWeightsFile } from "../formats/file-kind.js";
import { type FloatKeysOf, floatKeysIn } from "../formats/float-keys.js";
import { writeKerasArchive } from "../formats/keras-archive.js";
import { serializeModel, serializeTraining } from "../formats/keras-config.js";
import { type KerasH5, writeKerasH5 } from "../formats/keras-h5.js";
import { serializeKeras3 } from "../formats/keras3-config.js";
import { iterationTensor, slotTensors } from "../formats/optimizer-state.js";
import { hasOwnSchedule, ownEntries, withPlainRate } from "../formats/own-schedule.js";
import type { NamedTensor } from "../formats/stored-weights.js";
import { layerPlaces, type TreeEntry, writeWeightTree } from "../formats/weight-tree.js";
import { requireKerasLayer } from "../layers/registry.js";
import type { Compiled } from "../network/compiled.js";
import type { Variable } from "../network/variable.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { OnnxOptions } from "./export-graph.js";
import type { ModelParts } from "./model-parts.js";

/** The version whose conventions `.h5` files follow: the newest that Keras 2 and Keras 3 both read. */
const kerasVersionOfH5 = "2.15.0";
/** The version whose conventions `.keras` files follow. */
const kerasVersionOfArchive = "3.0.0";

/**
 * Writes the whole model: configuration, weights, what it was compiled with, optimiser state. A path that ends in `.keras` gets
 * Keras 3's archive, one that ends in `.h5` or `.hdf5` the legacy HDF5 file that Keras 2 and 3 read. A path that ends in `.onnx` gets
 * what predicts, and no more.
 *
 * @throws TrazoError for a path of another ending, and when the file cannot be written
 */
export async function saveModel(model: ModelParts, path: string): Promise<void> {
  requireSavable(model, path);
  if (hasEnding(path, ".keras")) return await platform.files.write(path, await archiveOf(model));
  if (isHdf5File(path) && !isWeightsFile(path)) {
    return await platform.files.write(path, await writeKerasH5(contentsOf(model), floatsOf(model)));
  }
  await saveOnnx(model, path);
}

/**
 * Refuses a whole model that could not be saved to such a file, before it is trained for hours.
 *
 * @throws TrazoError as `saveModel`, as far as that does not depend on the disk
 */
export function requireSavable({ definition, engine }: ModelParts, path: string): void {
  if (isOnnxFile(path)) return;
  if (!isKerasFile(path) || isWeightsFile(path)) refuseEnding(path);
  for (const { layer, name } of definition.layers) requireKerasLayer(layer, name);
  if (hasEnding(path, ".keras")) serializeKeras3(definition, engine.compiled);
  else serializeModel(definition);
}

function refuseEnding(path: string): never {
  const advice = isWeightsFile(path) ? " For weights alone there is model.saveWeights(path)." : "";
  throw new TrazoError(
    `A whole model is saved as a .keras, .h5 or .onnx file, but the path is "${path}".${advice}`,
  );
}

/**
 * Writes the weights alone, with the optimiser's state once it has one, in Keras 3's `.weights.h5` layout.
 *
 * @throws TrazoError for a path that does not end in `.weights.h5`, and when the file cannot be written
 */
export async function saveWeights(model: ModelParts, path: string): Promise<void> {
  if (!isWeightsFile(path)) {
    throw new TrazoError(`Weights alone are saved as a .weights.h5 file, but the path is "${path}".`);
  }
  await platform.files.write(path, await writeWeightTree(treeOf(model)));
}

/**
 * Writes the model in inference mode as an ONNX file.
 *
 * @throws TrazoError for a path that does not end in `.onnx`, and when the file cannot be written
 */
export async function saveOnnx(model: ModelParts, path: string, options: OnnxOptions = {}): Promise<void> {
  if (!isOnnxFile(path)) {
    throw new TrazoError(`An ONNX file's path ends in .onnx, but this one is "${path}".`);
  }
  await platform.files.write(path, model.toOnnx(options));
}

async function archiveOf(model: ModelParts): Promise<Uint8Array> {
  const config = serializeKeras3(model.definition, model.engine.compiled);
  const { preparation } = model;
  const weights = await writeWeightTree(treeOf(model));
  return writeKerasArchive(
    config,
    weights,
    kerasVersionOfArchive,
    preparation as JsonObject | undefined,
    floatsOf(model),
  );
}

/** The float entries in what is written of a model. */
function floatsOf({ definition, engine: { compiled } }: ModelParts): FloatKeysOf {
  const layers = definition.layers.map(({ layer }) => layer);
  if (!compiled) return floatKeysIn(layers);
  const { loss, metrics, weightedMetrics = [], optimizer } = compiled;
  const scores: readonly object[] = [...metrics, ...weightedMetrics];
  return floatKeysIn([...layers, loss, ...scores, optimizer]);
}

function treeOf({ definition, engine }: ModelParts): TreeEntry[] {
  const layers = [...layerPlaces(definition.layers)].map(([place, { name, variables }]) => ({
    path: `layers/${place}`,
    name,
    tensors: variables,
  }));
  const optimizer = engine.compiled?.optimizer;
  return [
    { path: "", name: definition.name, tensors: [] },
    ...layers,
    ...(optimizer ? [optimizerEntry(optimizer, slotTensors(definition, optimizer, engine.slots))] : []),
  ];
}

/** Keras 3: the count of steps, the learning rate unless a schedule of its own decides it, the slots. */
function optimizerEntry(optimizer: Optimizer, slots: readonly NamedTensor[]): TreeEntry {
  const rate = { shape: [], data: Float32Array.of(optimizer.learningRate) };
  const isRateStored = !optimizer.schedule || hasOwnSchedule(optimizer);
  return {
    path: "optimizer",
    name: optimizer.className.toLowerCase(),
    tensors: [iterationTensor(optimizer, "iteration"), ...(isRateStored ? [rate] : []), ...slots],
  };
}

function contentsOf({ definition, engine, preparation }: ModelParts): KerasH5 {
  const { compiled, slots } = engine;
  return {
    kerasVersion: kerasVersionOfH5,
    modelConfig: serializeModel(definition),
    preparation: preparation && JSON.stringify(preparation),
    trainingConfig: compiled && trainingConfig(compiled),
    layers: definition.layers
      .filter(({ layer }) => layer.className !== "InputLayer")
      .map(({ name, variables }) => ({
        name,
        weights: variables.map(({ path, shape, data }) => ({ name: `${path}:0`, shape, data })),
      })),
    optimizerWeights:
      compiled && slots.length > 0
        ? [
            iterationTensor(compiled.optimizer, "iteration:0"),
            ...slotTensors(definition, compiled.optimizer, slots),
            ...restingVelocities(compiled.optimizer, definition.trainableVariables),
          ]
        : undefined,
  };
}

/** As Keras reads it, and beside that what it has no class for. */
function trainingConfig(compiled: Compiled): JsonObject {
  const { optimizer } = compiled;
  const { optimizer_config = null, ...rest } = serializeTraining(compiled);
  return { ...rest, optimizer_config: withPlainRate(optimizer_config, optimizer), ...ownEntries(optimizer) };
}

/** Keras 2 has velocities for plain gradient descent too, and takes no count of steps without them. */
function restingVelocities(optimizer: Optimizer, variables: readonly Variable[]): NamedTensor[] {
  if (optimizer.className !== "SGD" || optimizer.slots.length > 0) return [];
  return variables.map(({ path, shape, size }) => ({
    name: `SGD/m/${path}:0`,
    shape,
    data: new Float32Array(size),
  }));
}
