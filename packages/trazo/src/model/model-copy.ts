import type { Preparation } from "../data/preparation.js";
import type { JsonObject } from "../errors.js";
import type { CustomObjects } from "../formats/custom-objects.js";
import { serializeKeras3 } from "../formats/keras3-config.js";
import { readModel } from "../formats/read-model.js";
import { deserializeTraining } from "../formats/read-training.js";
import type { OptimizerSlots } from "../network/compiled.js";
import type { Runtime } from "../runtime/runtime.js";
import { Engine } from "./engine.js";
import { Model } from "./model.js";
import { Sequential } from "./sequential.js";

/** What training changes in a model. */
export interface TrainedState {
  /** In the model's order. */
  readonly weights: readonly Float32Array[];
  /** The optimizer's, one list per trainable variable; empty before the first step. */
  readonly slots: OptimizerSlots;
  readonly iterations: number;
  /** Undefined where a schedule decides it. */
  readonly learningRate: number | undefined;
}

/** A compiled model as plain data, as threads can send it to each other. */
export interface ModelCopy {
  /** As Keras 3 has it in a `.keras` file, with what it was compiled with. */
  readonly config: JsonObject;
  readonly seed: number;
  /** Whether the seed was given, and not drawn. */
  readonly isSeeded: boolean;
  readonly preparation: Partial<Preparation> | undefined;
  readonly state: TrainedState;
}

const kerasVersion = "3.0.0";

/**
 * The model as plain data. Nothing in it shares memory with the model.
 *
 * @throws TrazoError before `compile`, and for what a configuration cannot hold
 */
export const copyModel = (model: Model): ModelCopy => ({
  config: serializeKeras3(model.definition, model.engine.requireCompiled("trainInWorker")),
  seed: model.seed,
  isSeeded: model.isSeeded,
  preparation: model.preparation,
  state: stateOf(model),
});

/**
 * A model that continues where the copied one stood.
 *
 * @throws TrazoError for classes that are neither the library's nor in `customObjects`
 */
export function modelFromCopy(
  { config, seed, isSeeded, preparation, state }: ModelCopy,
  { runtime, customObjects }: { readonly runtime: Runtime; readonly customObjects: CustomObjects },
): Model {
  const where = "The model";
  const { kind, define } = readModel(config, kerasVersion, where, customObjects);
  const options = { runtime, ...(isSeeded && { seed }) };
  const model = kind === "Sequential" ? new Sequential(define, options) : new Model(define, options);
  const compiled = deserializeTraining(
    config.compile_config as JsonObject,
    model.definition,
    "compile_config",
    where,
    config,
    customObjects,
  );
  model.restore((definition, started) => new Engine(definition, started, compiled));
  model.definition.goOnWithSeed(seed);
  model.preparation = preparation;
  adoptState(model, state);
  return model;
}

/** What training has changed so far. Nothing in it shares memory with the model. */
export function stateOf(model: Model): TrainedState {
  const { optimizer } = model;
  return {
    weights: model.getWeights(),
    slots: model.engine.slots.map((arrays) => arrays.map((array) => array.slice())),
    iterations: optimizer.iterations,
    learningRate: optimizer.schedule ? undefined : optimizer.learningRate,
  };
}

/** Puts a state in place of a model's. */
export function adoptState(model: Model, { weights, slots, iterations, learningRate }: TrainedState): void {
  const { optimizer } = model;
  model.setWeights(weights);
  model.engine.restoreSlots(slots);
  optimizer.iterations = iterations;
  if (learningRate !== undefined && !optimizer.schedule) optimizer.learningRate = learningRate;
}
