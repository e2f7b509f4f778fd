import { platform } from "#platform";
import type { CallbackList } from "../callbacks/callback-list.js";
import { type Json, type JsonObject, TrazoError } from "../errors.js";
import { serializeTraining } from "../formats/keras-config.js";
import { requireKnownOptions } from "../known-options.js";
import { connectionsOf, type Source, sourcesOf, sourceText } from "../network/connections.js";
import type { ModelDefinition } from "../network/definition.js";
import type { ModelPort } from "../network/layer-graph.js";
import type { Variable } from "../network/variable.js";
import type { StateFolder, StateValue } from "../ports/state-folder.js";
import { differences, differenceText } from "../state/difference.js";
import { StateFields } from "../state/state-fields.js";
import type { Tensor } from "../tensor.js";
import type { BatchPlace, BatchPlan } from "./batch-plan.js";
import { type Batches, isBatches } from "./batch-stream.js";
import type { Engine } from "./engine.js";
import { initialStates, type ScoreSums } from "./evaluate.js";
import { scoredOutputs } from "./graphs.js";
import type { Samples } from "./samples.js";

/** How `fit` saves its state, so that the same call in another process resumes where this one stopped. */
export interface BackupOptions {
  /** A folder of its own for each run; in a page within its own file system, or with `indexeddb://` in a database. */
  readonly backupDir: string | URL;
  /** At every epoch's end (default), and after every given number of steps. */
  readonly saveFreq?: "epoch" | number | undefined;
  /** Remove the state when training has ended well. Default true, as Keras's `BackupAndRestore` does. */
  readonly deleteCheckpoint?: boolean | undefined;
}

const backupOptions = { backupDir: true, saveFreq: true, deleteCheckpoint: true } as const;

/** How far training has come. */
export type Progress = {
  /** The epoch to resume with, from 0. */
  readonly epoch: number;
  /** Batches of it that are done; 0 between epochs. */
  readonly batch: number;
  /** The epoch's sums so far; null between epochs. */
  readonly sums: ScoreSums | null;
  /** A callback has ended training. */
  readonly stopped: boolean;
};

/** Everything that training depends on. */
type RunState = {
  readonly config: Json;
  readonly seed: number;
  readonly progress: Progress;
  readonly place: BatchPlace | null;
  readonly iterations: number;
  /** Null where a schedule decides. */
  readonly learningRate: number | null;
  readonly weights: readonly Float32Array[];
  readonly slots: readonly (readonly Float32Array[])[];
  readonly callbacks: readonly StateValue[];
};

/** What a state is taken from and put back into. */
export interface Trainee {
  readonly engine: Engine;
  /** Undefined where a function gives the batches. */
  readonly batches: BatchPlan | undefined;
  readonly callbacks: CallbackList;
}

/** The saved states of one `fit`, in a folder that no other process may use meanwhile. */
export class Backup {
  readonly backupDir: string;
  readonly #options: BackupOptions;
  readonly #folder: StateFolder;
  readonly #config: JsonObject;
  #found: RunState | undefined;

  private constructor(options: BackupOptions, folder: StateFolder, config: JsonObject) {
    this.#options = options;
    this.#folder = folder;
    this.#config = config;
    this.backupDir = folder.path;
  }

  /**
   * Locks the folder and looks for a state in it.
   *
   * @param config what must be the same for training to resume
   * @param engine of the model that a state must fit
   * @param print told when the latest state is damaged and the one before it taken
   * @throws TrazoError when the folder is in use, its states are damaged, or they are of another configuration
   */
  static async open(
    options: BackupOptions,
    config: JsonObject,
    engine: Engine,
    print: (text: string) => void,
  ): Promise<Backup> {
    requireKnownOptions(options, backupOptions, "backup");
    const { backupDir: folder, saveFreq = "epoch" } = options;
    if ((typeof folder !== "string" || folder === "") && !(folder instanceof URL)) {
      throw new TrazoError('backup needs a folder, e.g. { backupDir: "backup" }.');
    }
    if (saveFreq !== "epoch" && !(Number.isInteger(saveFreq) && saveFreq > 0)) {
      throw new TrazoError(`backup: saveFreq must be "epoch" or a positive integer, but got ${saveFreq}.`);
    }
    const backupDir = platform.files.path(folder, "backup: backupDir");
    const states = await platform.files.openStateFolder(backupDir, print);
    try {
      const backup = new Backup(options, states, config);
      await backup.#look(engine, print);
      return backup;
    } catch (error) {
      await states.release();
      throw error;
    }
  }

  /** Whether a state is to be saved now, within an epoch. */
  isDue(iterations: number): boolean {
    const { saveFreq = "epoch" } = this.#options;
    return saveFreq !== "epoch" && iterations % saveFreq === 0;
  }

  /** How far the interrupted run had come; undefined when there is none. */
  get progress(): Progress | undefined {
    return this.#found?.progress;
  }

  /** The seed that an interrupted run began with. */
  get seed(): number | undefined {
    return this.#found?.seed;
  }

  /** Puts the interrupted run's state back. Call it once training's memory is there and the callbacks have begun. */
  restore({ engine, batches, callbacks }: Trainee): void {
    if (!this.#found) return;
    const { weights, slots, place, iterations, learningRate, callbacks: states } = this.#found;
    const { optimizer } = engine.requireCompiled("fit");
    for (const [i, { data }] of engine.model.variables.entries()) data.set(weights[i] as Float32Array);
    engine.restoreSlots(slots);
    if (place) batches?.goTo(place);
    optimizer.iterations = iterations;
    if (learningRate !== null) optimizer.learningRate = learningRate;
    callbacks.setState(states);
    this.#found = undefined;
  }

  /** Saves where training stands. */
  async save(progress: Progress, { engine, batches, callbacks }: Trainee): Promise<void> {
    const { optimizer } = engine.requireCompiled("fit");
    const state: RunState = {
      config: this.#config,
      seed: engine.model.seed,
      progress,
      place: batches?.place ?? null,
      iterations: optimizer.iterations,
      learningRate: optimizer.schedule ? null : optimizer.learningRate,
      weights: engine.model.variables.map(({ data }) => data),
      slots: engine.slots,
      callbacks: callbacks.getState(),
    };
    await this.#folder.save(state);
  }

  /**
   * To be asked before anything is written: a process that was suspended for long, with its machine or container, may find
   * when it wakes that another one has taken its run over.
   *
   * @throws TrazoError when another process has taken the folder
   */
  requireNotTaken(): Promise<void> {
    return this.#folder.requireNotTaken();
  }

  /** Training has ended well. */
  async finish(): Promise<void> {
    if (!(this.#options.deleteCheckpoint ?? true)) return;
    await this.#folder.clear();
  }

  /** Lets others use the folder. */
  release(): Promise<void> {
    return this.#folder.release();
  }

  async #look(engine: Engine, print: (text: string) => void): Promise<void> {
    const found = await this.#folder.load();
    if (!found) return;
    const fields = new StateFields(found.state, this.backupDir);
    const different = differences(fields.value("config") as Json, this.#config);
    if (different.length > 0) {
      throw new TrazoError(
        `${this.backupDir} holds the state of a training with other settings:\n${differenceText(different)}\n` +
          "To continue from it, give the same settings; to start over, remove the folder (on the command line: --fresh), or give another one.",
      );
    }
    if (found.warning) print(`${found.warning}\n`);
    this.#found = readState(fields, engine);
  }
}

/** @throws TrazoError when it is not a state of this model, naming the field */
function readState(fields: StateFields, engine: Engine): RunState {
  const { variables, trainableVariables } = engine.model;
  const { optimizer } = engine.requireCompiled("fit");
  const progress = fields.object("progress");
  return {
    config: fields.value("config") as Json,
    seed: fields.whole("seed", 0),
    progress: {
      epoch: progress.whole("epoch", 0),
      batch: progress.whole("batch", 0),
      sums: progress.optional("sums", () => readSums(progress.object("sums"), engine)) ?? null,
      stopped: progress.flag("stopped"),
    },
    place: fields.optional("place", () => readPlace(fields.object("place"))) ?? null,
    iterations: fields.whole("iterations", 0),
    learningRate: fields.optional("learningRate", () => fields.number("learningRate")) ?? null,
    weights: fields.arrays(
      "weights",
      variables.map(({ size }) => size),
    ),
    slots: fields.arrayLists(
      "slots",
      trainableVariables.map(({ size }) => optimizer.slots.map(() => size)),
    ),
    callbacks: fields.list("callbacks", (state) => state),
  };
}

function readSums(fields: StateFields, engine: Engine): ScoreSums {
  const metricSums = fields.numbers("metricSums");
  const compiled = engine.requireCompiled("fit");
  const scored = scoredOutputs(engine.model, compiled);
  const expected = initialStates(compiled, engine.model).flat().length;
  if (metricSums.length !== expected) {
    throw new TrazoError(
      `The saved state cannot be used: it has ${metricSums.length} sums of metrics, but the model's metrics have ${expected}.`,
    );
  }
  const [outputLossSums, weights] = [fields.numbers("outputLossSums"), fields.numbers("weights")];
  const losses = scored.filter(({ lossKey }) => lossKey !== undefined);
  if (outputLossSums.length !== losses.length || weights.length !== scored.length) {
    throw new TrazoError(
      `The saved state cannot be used: it is of ${weights.length} outputs with a loss, but the model has ${scored.length}.`,
    );
  }
  return {
    metricSums,
    lossSum: fields.number("lossSum"),
    outputLossSums,
    count: fields.whole("count", 0),
    weights,
  };
}

const readPlace = (fields: StateFields): BatchPlace => ({
  passBegan: fields.whole("passBegan", 0),
  position: fields.whole("position", 0),
});

/** What decides the course of a training, apart from its length. */
export async function trainingConfig(
  engine: Engine,
  settings: JsonObject,
  train: Samples | undefined,
  validation: Samples | Batches | undefined,
): Promise<JsonObject> {
  const { model } = engine;
  return {
    layers: model.layers.map(({ layer, name }) => ({
      name,
      class: layer.className,
      config: layer.getConfig(),
    })),
    ...(model.kind === "Functional" && { connections: connectionsText(model) }),
    trainable: model.variables.filter(({ trainable }) => trainable).map(({ path }: Variable) => path),
    compiled: serializeTraining(engine.requireCompiled("fit"), model),
    fit: settings,
    data: { training: await digestOf(train), validation: validation ? await digestOf(validation) : null },
  };
}

/** Which tensors each layer takes, and which are the model's outputs. */
function connectionsText(model: ModelDefinition): JsonObject {
  const sources = sourcesOf(model);
  const text = ({ tensor }: ModelPort): string => sourceText(sources.get(tensor) as Source);
  const layers = [...connectionsOf(model)].map(([{ name }, calls]) => [
    name,
    calls.map((taken) => taken.map(sourceText).join(", ")),
  ]);
  return {
    layers: Object.fromEntries(layers),
    inputs: model.inputs.map(text),
    outputs: model.outputs.map(text),
  };
}

async function digestOf(data: Samples | Batches | undefined): Promise<Json> {
  if (!data || isBatches(data)) return "a function of batches";
  const { x, others, y, sampleWeight, dataset } = data;
  if (dataset) {
    const kind = `${dataset.length} of ${x.dtype}[${x.shape.slice(1).join(", ")}]`;
    return dataset.fingerprint ? `${kind}, ${dataset.fingerprint()}` : kind;
  }
  const further =
    others &&
    (await Promise.all(Object.entries(others).map(async ([name, one]) => [name, await fingerprint(one)])));
  return {
    inputs: await fingerprint(x),
    ...(further && { further: Object.fromEntries(further) as JsonObject }),
    targets: await fingerprint(y),
    weights: await fingerprint(sampleWeight),
  };
}

/** Type, shape and the beginning of the SHA-256 of the values. */
async function fingerprint({ dtype, shape, divisor, data }: Tensor): Promise<string> {
  const { buffer, byteOffset, byteLength } = data;
  const digest = await platform.bytes.sha256(new Uint8Array(buffer, byteOffset, byteLength));
  const hex = Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${dtype}[${shape.join(", ")}]${divisor ? ` / ${divisor}` : ""} ${hex}`;
}
