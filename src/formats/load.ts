import { readFile } from "node:fs/promises";
import { TrazoError } from "../errors.js";
import { locateErrors } from "../keras-object.js";
import type { ModelDefinition } from "../model/definition.js";
import { type Compiled, Engine } from "../model/engine.js";
import { Sequential, type SequentialOptions } from "../model/sequential.js";
import type { OptimizerSlots } from "../model/training-memory.js";
import type { Variable } from "../model/variable.js";
import { deserializeModel, deserializeTraining } from "./keras-config.js";
import { type KerasH5, type NamedTensor, readKerasH5 } from "./keras-h5.js";
import { slotOrder } from "./slot-order.js";

export interface LoadOptions extends Omit<SequentialOptions, "name"> {
  /** Also read what the model was compiled with, and the optimiser's state. Default true. */
  readonly compile?: boolean | undefined;
}

/**
 * Loads a whole model from a Keras `.h5` file (Keras 2 or 3, or Trazo's own): ready to predict, and,
 * when it was compiled, to evaluate and to train on where it stopped.
 *
 * @throws TrazoError naming the file, and what in it is damaged or not supported.
 */
export async function loadModel(path: string, options: LoadOptions = {}): Promise<Sequential> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "ENOENT" ? "there is no such file" : cause.message;
    throw new TrazoError(`${path} cannot be read: ${reason}.`);
  });
  const file = await readKerasH5(bytes, path);
  const { name, layers } = deserializeModel(file.modelConfig, path);
  const { compile = true, ...rest } = options;
  const model = locateErrors(path, () => new Sequential(layers, { ...rest, name }));
  setWeights(model.definition, file, path);
  const compiled =
    compile && file.trainingConfig ? deserializeTraining(file.trainingConfig, path) : undefined;
  if (compiled) {
    const slots = readSlots(model.definition, compiled, file, path);
    model.restore((definition, runtime) => new Engine(definition, runtime, compiled, slots));
  }
  return model;
}

/** Keras matches layers by position, after dropping those without weights. */
function setWeights(model: ModelDefinition, file: KerasH5, path: string): void {
  const ours = model.layers.filter(({ variables }) => variables.length > 0);
  const theirs = file.layers.filter(({ weights }) => weights.length > 0);
  if (ours.length !== theirs.length) {
    throw new TrazoError(
      `${path}: the model has ${ours.length} layers with weights, but the file stores ${theirs.length}.`,
    );
  }
  for (const [i, { name, variables }] of ours.entries()) {
    const stored = theirs[i]?.weights ?? [];
    if (stored.length !== variables.length) {
      throw new TrazoError(
        `${path}: layer "${name}" needs ${variables.length} weights, but the file stores ${stored.length}.`,
      );
    }
    for (const [k, variable] of variables.entries()) {
      variable.data.set(requireShape(stored[k] as NamedTensor, variable.shape, path));
    }
  }
}

function requireShape(
  { name, shape, data }: NamedTensor,
  wanted: readonly number[],
  path: string,
): Float32Array {
  const fits = shape.length === wanted.length && shape.every((dim, axis) => dim === wanted[axis]);
  if (fits && data instanceof Float32Array) return data;
  throw new TrazoError(
    `${path}: "${name}" has shape [${shape.join(", ")}], but the model needs [${wanted.join(", ")}]. ` +
      "Its weights are those of another model.",
  );
}

/**
 * The optimiser's slots, one list a variable. Keras 3 stores the learning rate beside them. Where the count does not fit, the
 * optimiser starts afresh, as in Keras.
 */
function readSlots(model: ModelDefinition, compiled: Compiled, file: KerasH5, path: string): OptimizerSlots {
  const stored = file.optimizerWeights ?? [];
  const { optimizer } = compiled;
  const iteration = stored.find(({ name }) => /(^|\/)iter(ation)?s?(:0)?$/.test(name));
  if (iteration) optimizer.iterations = Number(iteration.data[0]);
  const tensors = stored.filter(({ name, shape }) => shape.length > 0 || !/iter|learning_rate/.test(name));
  const variables = model.trainableVariables;
  const order = slotOrder(optimizer, variables.length, file.kerasVersion);
  if (tensors.length !== order.length) return [];
  const slots = variables.map(() => new Array<Float32Array>(optimizer.slots.length));
  for (const [i, { variable, slot }] of order.entries()) {
    const { shape } = variables[variable] as Variable;
    (slots[variable] as Float32Array[])[slot] = requireShape(tensors[i] as NamedTensor, shape, path);
  }
  return slots;
}
