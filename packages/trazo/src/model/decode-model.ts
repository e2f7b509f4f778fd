import { classNamesKey, parseClassNames } from "../data/class-names.js";
import { type Preparation, parsePreparation, preparationKey } from "../data/preparation.js";
import { type JsonObject, TrazoError } from "../errors.js";
import type { CustomObjects } from "../formats/custom-objects.js";
import { isOnnxFile } from "../formats/file-kind.js";
import { isHdf5, readHdf5 } from "../formats/hdf5.js";
import { readKerasArchive } from "../formats/keras-archive.js";
import { isLegacyWeights, readKerasH5, readLayers, readOptimizerWeights } from "../formats/keras-h5.js";
import { matchByPlace, matchByPosition } from "../formats/match-weights.js";
import { slotsFrom } from "../formats/optimizer-state.js";
import type { CompiledPorts } from "../formats/output-goals.js";
import { deserializeTraining } from "../formats/read-training.js";
import type { StoredOptimizer } from "../formats/stored-weights.js";
import { readWeightTree } from "../formats/weight-tree.js";
import { isZip } from "../formats/zip.js";
import { locateErrors } from "../keras-object.js";
import type { Compiled, OptimizerSlots } from "../network/compiled.js";
import type { ModelDefinition } from "../network/definition.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { CompilationError } from "./compilation-error.js";
import type { ModelParts } from "./model-parts.js";

/** What every kind of file says of the weights, once it is known which model they are for. */
interface StoredState {
  /** One array a variable of the model. @throws TrazoError when they do not fit */
  weightsFor(model: ModelDefinition): Float32Array[];
  readonly optimizer: StoredOptimizer | undefined;
}

/** What a file of a whole model says. */
export interface StoredModel extends StoredState {
  readonly kerasVersion: string;
  readonly config: JsonObject;
  readonly preparation: Partial<Preparation> | undefined;
  readonly classNames: readonly string[] | undefined;
  /** @param ports the model's outputs */
  compiled(ports: CompiledPorts, custom: CustomObjects): Compiled | undefined;
}

/** What a file of a whole model holds. @throws TrazoError naming `path`, and what is damaged or not supported */
export const storedModel = (bytes: Uint8Array, path: string): StoredModel =>
  isZip(bytes) ? modelInArchive(bytes, path) : modelInH5(bytes, path);

/**
 * Puts the weights in a file's bytes in place of a model's: of a `.weights.h5` or `.keras` file, whose layers have the classes and order
 * of the model's, or of a legacy `.h5` file, by position. When the model is compiled and the file holds the state of such an
 * optimizer, that too. Nothing changes unless everything fits.
 *
 * @throws TrazoError naming the file, and what in it is damaged or does not fit
 */
export function restoreWeights(model: ModelParts, bytes: Uint8Array, path: string): void {
  requireKerasBytes(bytes, path);
  readOrExplain(path, () => {
    const stored = isZip(bytes) ? modelInArchive(bytes, path) : weightsInH5(bytes, path);
    model.engine.requireNoStep("loadWeights");
    const { compiled } = model.engine;
    const weights = stored.weightsFor(model.definition);
    const slots = compiled && restoredSlots(model.definition, compiled, stored.optimizer, path);
    adopt(model.definition, weights);
    if (slots) model.engine.restoreSlots(slots);
  });
}

/** @throws TrazoError unless the bytes begin as a file of Keras does */
export function requireKerasBytes(bytes: Uint8Array, path: string): void {
  if (isZip(bytes) || isHdf5(bytes)) return;
  const advice = isOnnxFile(path)
    ? " An ONNX file can be evaluated, and predicts, but holds no layers to train: those are in the .keras or .h5 file it came from."
    : "";
  throw new TrazoError(
    `${path}: this is neither a .keras file nor an HDF5 file (its first bytes are the signature of neither).${advice}`,
  );
}

/**
 * The readers refuse what they find wrong by TrazoErrors. Values of a kind that are unexpected may still make something fail
 * anywhere: nothing then tells a damaged file from a fault here, so the message claims neither.
 */
export function readOrExplain<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof TrazoError) throw cause;
    throw new TrazoError(
      `${path}: reading this file failed unexpectedly (${String(cause)}). If Keras opens it, this is a fault of Trazo: ` +
        "please report it with this message. If Keras does not, the file is damaged.",
      { cause },
    );
  }
}

export function compilationOf(
  stored: StoredModel,
  ports: CompiledPorts,
  custom: CustomObjects = {},
): Compiled | undefined {
  try {
    return stored.compiled(ports, custom);
  } catch (cause) {
    if (!(cause instanceof TrazoError)) throw cause;
    throw new CompilationError(cause.message, { cause });
  }
}

function modelInArchive(bytes: Uint8Array, path: string): StoredModel {
  const { kerasVersion, config, weights, preparation, classNames } = readKerasArchive(bytes, path);
  const compile = config.compile_config as JsonObject | null | undefined;
  // Keras 3 gives a model that it loaded without a compilation an empty one.
  const isCompiled = compile && Object.keys(compile).length > 0;
  return {
    kerasVersion,
    config,
    preparation: storedPreparation(preparation && JSON.stringify(preparation), path),
    classNames: storedClassNames(classNames && JSON.stringify(classNames), path),
    compiled: (ports, custom) =>
      isCompiled ? deserializeTraining(compile, ports, "compile_config", path, config, custom) : undefined,
    weightsFor: (model) => matchByPlace(model, weights, path),
    optimizer: weights.optimizer,
  };
}

function modelInH5(bytes: Uint8Array, path: string): StoredModel {
  const { kerasVersion, modelConfig, trainingConfig, layers, optimizerWeights, preparation, classNames } =
    readHdf5(bytes, path, (root) => readKerasH5(root, path));
  return {
    kerasVersion,
    config: modelConfig,
    preparation: storedPreparation(preparation, path),
    classNames: storedClassNames(classNames, path),
    compiled: (ports, custom) =>
      trainingConfig
        ? deserializeTraining(trainingConfig, ports, "training_config", path, trainingConfig, custom)
        : undefined,
    weightsFor: (model) => matchByPosition(model, layers, path),
    optimizer: optimizerWeights && {
      ...readOptimizerWeights(optimizerWeights, path),
      convolves: layers.some(({ convolves }) => convolves),
    },
  };
}

const storedPreparation = (text: string | undefined, path: string): Partial<Preparation> | undefined =>
  text === undefined ? undefined : parsePreparation(text, `${path}: "${preparationKey}"`);

const storedClassNames = (text: string | undefined, path: string): readonly string[] | undefined =>
  text === undefined ? undefined : parseClassNames(text, `${path}: "${classNamesKey}"`);

function weightsInH5(bytes: Uint8Array, path: string): StoredState {
  return readHdf5(bytes, path, (root): StoredState => {
    if (isLegacyWeights(root)) {
      const layers = readLayers(root, path);
      return { weightsFor: (model) => matchByPosition(model, layers, path), optimizer: undefined };
    }
    const tree = readWeightTree(root, path);
    return { weightsFor: (model) => matchByPlace(model, tree, path), optimizer: tree.optimizer };
  });
}

export function adopt(model: ModelDefinition, weights: readonly Float32Array[]): void {
  for (const [i, variable] of model.variables.entries()) variable.assign(weights[i] as Float32Array);
}

/** Training that resumes without the optimizer's state would silently be a different training. */
export function requireNoState(
  stored: StoredOptimizer | undefined,
  optimizer: Optimizer,
  path: string,
): void {
  if (!stored || (stored.iterations === 0 && stored.slots.length === 0)) return;
  throw new CompilationError(
    `${path}: the ${stored.slots.length} arrays of optimizer state in the file are not those that ${optimizer.className} ` +
      "has for this model. Either the file is damaged, or layers were frozen or unfrozen after the model had been " +
      "compiled. Load it with { compile: false } and compile it to start with a fresh optimizer.",
  );
}

/** Sets the optimizer's steps and rate where its slots fit, and gives these; otherwise leaves it as it is. */
export function restoredSlots(
  model: ModelDefinition,
  { optimizer }: Compiled,
  stored: StoredOptimizer | undefined,
  path: string,
): OptimizerSlots | undefined {
  const slots = stored && slotsFrom(model, optimizer, stored, path);
  if (!stored || !slots) return undefined;
  const { iterations, learningRate } = stored;
  // The file rounds the rate to float32; the one that was rounded stays.
  const isNew = learningRate !== undefined && Math.fround(optimizer.learningRate) !== learningRate;
  if (isNew && !optimizer.schedule) {
    locateErrors(path, () => {
      optimizer.learningRate = learningRate;
    });
  }
  optimizer.iterations = iterations;
  return slots;
}
