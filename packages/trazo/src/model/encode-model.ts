import type { JsonObject } from "../errors.js";
import { type FloatKeysOf, floatKeysIn } from "../formats/float-keys.js";
import { writeKerasArchive } from "../formats/keras-archive.js";
import { serializeModel, serializeTraining } from "../formats/keras-config.js";
import { type KerasH5, writeKerasH5 } from "../formats/keras-h5.js";
import { serializeKeras3 } from "../formats/keras3-config.js";
import { inLegacyOrder } from "../formats/match-weights.js";
import { iterationTensor, slotTensors } from "../formats/optimizer-state.js";
import { hasOwnSchedule, ownEntries, withPlainRate } from "../formats/own-schedule.js";
import type { NamedTensor } from "../formats/stored-weights.js";
import { hdf5Writer, layerPlaces, type TreeEntry, writeWeightTree } from "../formats/weight-tree.js";
import { requireKerasLayer } from "../layers/serialize.js";
import type { Compiled } from "../network/compiled.js";
import type { ModelDefinition } from "../network/definition.js";
import { everyLayer } from "../network/layer-graph.js";
import type { Variable } from "../network/variable.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { ModelParts } from "./model-parts.js";

export { hdf5Writer };

/** The version whose conventions `.h5` files follow: the newest that Keras 2 and Keras 3 both read. */
const kerasVersionOfH5 = "2.15.0";
/** The version whose conventions `.keras` files follow. */
const kerasVersionOfArchive = "3.0.0";

/**
 * The bytes of a `.keras` file: configuration, weights, what the model was compiled with, optimizer state.
 *
 * @throws TrazoError for a layer that Keras files cannot hold
 */
export async function encodeKeras(model: ModelParts): Promise<Uint8Array> {
  const { definition, engine, preparation, classNames } = model;
  requireKerasLayers(model);
  const config = serializeKeras3(definition, engine.compiled);
  const weights = await writeWeightTree(treeOf(model));
  return writeKerasArchive(
    config,
    weights,
    kerasVersionOfArchive,
    { preparation: preparation as JsonObject | undefined, classNames },
    floatsOf(model),
  );
}

/** The float entries in what is written of a model. */
function floatsOf({ definition, engine: { compiled } }: ModelParts): FloatKeysOf {
  const layers = [...everyLayer(definition)].map(({ layer }) => layer);
  if (!compiled) return floatKeysIn(layers);
  const { outputs, optimizer } = compiled;
  const losses = outputs.flatMap(({ loss }) => (loss ? [loss] : []));
  const scores: readonly object[] = outputs.flatMap(({ metrics, weightedMetrics = [] }) => [
    ...metrics,
    ...weightedMetrics,
  ]);
  return floatKeysIn([...layers, ...losses, ...scores, optimizer]);
}

/** The same as the legacy HDF5 file that Keras 2 and 3 read. @throws TrazoError as `encodeKeras` */
export async function encodeH5(model: ModelParts): Promise<Uint8Array> {
  requireKerasLayers(model);
  return await writeKerasH5(contentsOf(model), floatsOf(model));
}

/** The weights alone, with the optimizer's state once it has one, in Keras 3's `.weights.h5` layout. */
export const encodeWeights = (model: ModelParts): Promise<Uint8Array> => writeWeightTree(treeOf(model));

/** Finds out, before a model is trained for hours, whether one of these files could hold it. @throws TrazoError as `encodeKeras` */
export function requireEncodable(model: ModelParts, format: "keras" | "h5"): void {
  requireKerasLayers(model);
  if (format === "keras") serializeKeras3(model.definition, model.engine.compiled);
  else serializeModel(model.definition);
}

function requireKerasLayers({ definition }: ModelParts): void {
  for (const { layer, path } of everyLayer(definition)) {
    if (layer.takes !== "model") requireKerasLayer(layer, path);
  }
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
    ...(optimizer ? [optimizerEntry(optimizer, slotTensors(engine.model, optimizer, engine.slots))] : []),
  ];
}

/** Keras 3: the count of steps, the learning rate unless a schedule of its own decides it, the slots. */
function optimizerEntry(optimizer: Optimizer, slots: readonly NamedTensor[]): TreeEntry {
  const rate = { shape: [], data: Float32Array.of(optimizer.learningRate) };
  const isRateStored = !optimizer.schedule || hasOwnSchedule(optimizer);
  const last = slots.length > 0 ? optimizer.storedAfterSlots?.() : undefined;
  return {
    path: "optimizer",
    name: optimizer.className.toLowerCase(),
    tensors: [
      iterationTensor(optimizer, "iteration"),
      ...(isRateStored ? [rate] : []),
      ...slots,
      ...(last === undefined ? [] : [{ shape: [], data: Float32Array.of(last) }]),
    ],
  };
}

function contentsOf({ definition, engine, preparation, classNames }: ModelParts): KerasH5 {
  const { compiled, slots } = engine;
  return {
    kerasVersion: kerasVersionOfH5,
    modelConfig: serializeModel(definition),
    preparation: preparation && JSON.stringify(preparation),
    classNames: classNames && JSON.stringify(classNames),
    trainingConfig: compiled && trainingConfig(compiled, definition),
    layers: definition.layers
      .filter(({ layer }) => definition.kind === "Functional" || layer.className !== "InputLayer")
      .map(({ name, variables }) => ({
        name,
        weights: inLegacyOrder(variables).map(({ path, shape, data }) => ({
          name: `${path}:0`,
          shape,
          data,
        })),
      })),
    optimizerWeights:
      compiled && slots.length > 0
        ? [
            iterationTensor(compiled.optimizer, "iteration:0"),
            ...slotTensors(engine.model, compiled.optimizer, slots),
            ...restingVelocities(compiled.optimizer, engine.model.trainableVariables),
          ]
        : undefined,
  };
}

/** As Keras reads it, plus what Keras has no class for. */
function trainingConfig(compiled: Compiled, definition: ModelDefinition): JsonObject {
  const { optimizer } = compiled;
  const { optimizer_config = null, ...rest } = serializeTraining(compiled, definition);
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
