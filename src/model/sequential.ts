import type { Callback, Logs, TrainingModel } from "../callbacks/callback.js";
import { CallbackList } from "../callbacks/callback-list.js";
import { type History, historyCallback } from "../callbacks/history.js";
import { progress } from "../callbacks/progress.js";
import { TrazoError } from "../errors.js";
import type { Shape } from "../graph/value.js";
import type { Layer } from "../layers/layer.js";
import type { Loss, LossName } from "../losses/index.js";
import { lossFrom } from "../losses/registry.js";
import { lowerings } from "../lowering/registry.js";
import type { Metric, MetricName } from "../metrics/index.js";
import { metricFrom } from "../metrics/registry.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { optimizerFrom } from "../optimizers/registry.js";
import type { Runtime } from "../runtime/runtime.js";
import type { DType, Tensor } from "../tensor.js";
import { BatchPlan } from "./batch-plan.js";
import { ModelDefinition } from "./definition.js";
import { Engine } from "./engine.js";
import { evaluateSamples } from "./evaluate.js";
import { type FitOptions, type FitPlan, planFit, runFit, wholeNumber } from "./fit.js";
import { predictSamples } from "./predict.js";
import { countSamples, samples } from "./samples.js";
import { buildStepGraph } from "./step-graph.js";
import { summarize } from "./summary.js";

export interface SequentialOptions {
  /** Default `sequential`. */
  readonly name?: string | undefined;
  /**
   * Everything random in the model (first weights, shuffles, masks) follows from it: the same seed,
   * machine and number of threads give the same bytes. Default: drawn anew.
   */
  readonly seed?: number | undefined;
  /** What runs the graphs. Default: ONNX Runtime on the CPU, with a thread for each processor. */
  readonly runtime?: Runtime | Promise<Runtime> | undefined;
}

export interface CompileOptions {
  /** Default `"rmsprop"`, as in Keras. */
  readonly optimizer?: string | Optimizer | undefined;
  readonly loss: LossName | Loss | (string & {});
  readonly metrics?: readonly (MetricName | Metric)[] | undefined;
}

export interface EvaluateOptions {
  /** Default 32. */
  readonly batchSize?: number | undefined;
  readonly sampleWeight?: ArrayLike<number> | undefined;
  /** Batches to evaluate. Default: all. */
  readonly steps?: number | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
}

export interface PredictOptions {
  /** Default 32. */
  readonly batchSize?: number | undefined;
  readonly callbacks?: readonly Callback[] | undefined;
}

export interface TrainGraphOptions {
  /** How the images are stored. Default float32, already scaled. */
  readonly inputDtype?: DType | undefined;
  /** What the graph divides them by, e.g. 255. Default 1. */
  readonly inputDivisor?: number | undefined;
}

/** A linear stack of layers, trained and used as Keras's `Sequential`. */
export class Sequential implements TrainingModel {
  /** Set to true (e.g. by a callback) to end training after the current batch. */
  stopTraining = false;
  readonly #definition: ModelDefinition;
  readonly #runtime: () => Promise<Runtime>;
  #engine: Engine;

  constructor(layers: readonly Layer[] = [], options: SequentialOptions = {}) {
    const seed = options.seed ?? (crypto.getRandomValues(new Uint32Array(1))[0] as number);
    this.#definition = new ModelDefinition(options.name ?? "sequential", wholeNumber(seed, 0, "seed"));
    for (const layer of layers) this.#definition.add(layer);
    let runtime = options.runtime;
    this.#runtime = async () => {
      runtime ??= import("../runtime/node.js").then(({ nodeRuntime }) => nodeRuntime());
      return await runtime;
    };
    this.#engine = new Engine(this.#definition, this.#runtime, undefined);
  }

  get name(): string {
    return this.#definition.name;
  }

  get seed(): number {
    return this.#definition.seed;
  }

  /** Layers, shapes and weights, for those who write files or draw pictures. */
  get definition(): ModelDefinition {
    return this.#definition;
  }

  /** The compiled graphs and the optimiser's state. */
  get engine(): Engine {
    return this.#engine;
  }

  /** @throws TrazoError before `compile`. */
  get optimizer(): Optimizer {
    return this.#engine.requireCompiled("optimizer").optimizer;
  }

  /** Shape of one sample, without the batch dimension. */
  get inputShape(): readonly number[] {
    return this.#definition.inputShape.slice(1) as readonly number[];
  }

  /** Shape of the predictions, batch dimension included. */
  get outputShape(): Shape {
    return this.#definition.outputShape;
  }

  /** @throws TrazoError before `compile`. */
  get compiledLoss(): Loss {
    return this.#engine.requireCompiled("loss").loss;
  }

  /** Names of what `evaluate` returns: `loss`, then the metrics. */
  get metricsNames(): string[] {
    return ["loss", ...this.#engine.requireCompiled("metricsNames").metrics.map(({ name }) => name)];
  }

  /** Appends a layer. Anything compiled before is dropped. */
  add(layer: Layer): this {
    this.#definition.add(layer);
    this.#engine = new Engine(this.#definition, this.#runtime, undefined);
    return this;
  }

  /** Says what to minimise, how, and what else to measure. The optimiser starts afresh. */
  compile({ optimizer = "rmsprop", loss, metrics = [] }: CompileOptions): void {
    const compiled = {
      optimizer: optimizerFrom(optimizer),
      loss: lossFrom(loss),
      metrics: metrics.map(metricFrom),
    };
    this.#replaceEngine(new Engine(this.#definition, this.#runtime, compiled));
  }

  /** For readers of files: compiles with an optimiser's state. */
  restore(engine: (definition: ModelDefinition, runtime: () => Promise<Runtime>) => Engine): void {
    this.#replaceEngine(engine(this.#definition, this.#runtime));
  }

  /**
   * Trains the model.
   *
   * @param x samples, the first axis counting them, e.g. `[48000, 28, 28, 1]`
   * @param y targets in the shape that the loss wants
   * @returns the history of loss and metrics, one value an epoch
   */
  async fit(x: Tensor, y: Tensor, options: FitOptions = {}): Promise<History> {
    const plan = planFit(this.#engine, x, y, options);
    const batches = new BatchPlan({
      samples: countSamples(plan.train),
      batchSize: plan.batchSize,
      shuffle: plan.shuffle,
      seed: this.seed,
      stepsPerEpoch: plan.stepsPerEpoch,
    });
    const { callbacks, history } = this.#callbacksFor(plan, batches.steps, options);
    await runFit(this.#engine, this, plan, batches, callbacks);
    return history;
  }

  /** Loss and metrics in inference mode, by name: `{ loss, accuracy }`. */
  async evaluate(x: Tensor, y: Tensor, options: EvaluateOptions = {}): Promise<Logs> {
    const data = samples(x, y, options.sampleWeight, "evaluate");
    this.#definition.requireInput(x.shape, "evaluate");
    const batchSize = wholeNumber(options.batchSize ?? 32, 1, "batchSize");
    const all = Math.ceil(countSamples(data) / batchSize);
    const steps = Math.min(wholeNumber(options.steps ?? all, 1, "steps"), all);
    const callbacks = new CallbackList(options.callbacks ?? []);
    callbacks.setModel(this);
    return await evaluateSamples(this.#engine, data, batchSize, steps, callbacks);
  }

  /** Predictions in inference mode: `[samples, ...outputShape]`. */
  async predict(x: Tensor, options: PredictOptions = {}): Promise<Tensor<"float32">> {
    this.#definition.requireInput(x.shape, "predict");
    const callbacks = new CallbackList(options.callbacks ?? []);
    callbacks.setModel(this);
    return await predictSamples(
      this.#engine,
      x,
      wholeNumber(options.batchSize ?? 32, 1, "batchSize"),
      callbacks,
    );
  }

  /** The table of layers, output shapes and weights that Keras prints. */
  summary(): string {
    return summarize(this.#definition);
  }

  /** Copies of all weights: layer by layer, in Keras's order. */
  getWeights(): Float32Array[] {
    return this.#definition.variables.map(({ data }) => data.slice());
  }

  /** @throws TrazoError when the number of arrays or a length does not fit. */
  setWeights(weights: readonly Float32Array[]): void {
    const { variables } = this.#definition;
    if (weights.length !== variables.length) {
      throw new TrazoError(`The model has ${variables.length} weights, but ${weights.length} were given.`);
    }
    for (const [i, { path, size }] of variables.entries()) {
      const length = weights[i]?.length;
      if (length !== size)
        throw new TrazoError(`The weight ${path} has ${size} values, but ${length} were given.`);
    }
    for (const [i, { data }] of variables.entries()) data.set(weights[i] as Float32Array);
  }

  /**
   * The training step, update included, as an ONNX model: batch, weights, optimiser slots and
   * scalars in; loss, metric sums and the next state out.
   */
  trainGraph({ inputDtype = "float32", inputDivisor = 1 }: TrainGraphOptions = {}): Uint8Array {
    const { optimizer, ...objective } = this.#engine.requireCompiled("trainGraph");
    const target = {
      dtype: "float32" as const,
      shape: objective.loss.targetShape(this.#definition.outputShape),
    };
    const input = { dtype: inputDtype, divisor: inputDivisor };
    return buildStepGraph(this.#definition, objective, optimizer, input, target, lowerings.direct);
  }

  /** Writes the whole model (`.h5`): layers, weights, training configuration, optimiser state. Atomic. */
  async save(path: string): Promise<void> {
    const { saveModel } = await import("../formats/save.js");
    await saveModel(this, path);
  }

  /** Writes the weights alone (`.weights.h5`). */
  async saveWeights(path: string): Promise<void> {
    const { saveWeights } = await import("../formats/save.js");
    await saveWeights(this, path);
  }

  /** Frees native memory. Weights stay; the next call compiles again. */
  async dispose(): Promise<void> {
    await this.#engine.release();
  }

  #replaceEngine(engine: Engine): void {
    void this.#engine.release();
    this.#engine = engine;
  }

  /** The user's callbacks in their order, then the history, then the progress line, as Keras has them. */
  #callbacksFor(
    plan: FitPlan,
    steps: number,
    options: FitOptions,
  ): { callbacks: CallbackList; history: History } {
    const history: History = { epoch: [], history: {} };
    const verbose = options.verbose ?? (process.stdout.isTTY ? 1 : 2);
    const shown = verbose === 0 ? [] : [progress()];
    const callbacks = new CallbackList([...(options.callbacks ?? []), historyCallback(history), ...shown]);
    callbacks.setModel(this);
    callbacks.setParams({
      epochs: plan.epochs,
      steps,
      batchSize: plan.batchSize,
      samples: countSamples(plan.train),
      verbose,
      print: options.print ?? ((text) => void process.stdout.write(text)),
    });
    return { callbacks, history };
  }
}

/** A linear stack of layers, e.g. `sequential([layers.input({ shape: [28, 28, 1] }), ...], { seed: 1 })`. */
export function sequential(layers: readonly Layer[] = [], options: SequentialOptions = {}): Sequential {
  return new Sequential(layers, options);
}
