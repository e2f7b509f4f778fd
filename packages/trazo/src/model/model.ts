import { platform } from "#platform";
import type { Logs, TrainingModel } from "../callbacks/callback.js";
import type { History } from "../callbacks/history.js";
import { ImageFlow } from "../data/augmentation/index.js";
import { checkClassNames } from "../data/class-names.js";
import { type Dataset, isDataset, type SampleType } from "../data/datasets/dataset.js";
import { checkPreparation, type Preparation, unitScale } from "../data/preparation.js";
import { type DisplayBundle, jupyterDisplay } from "../display/displayed.js";
import { inWords, type JsonObject, TrazoError } from "../errors.js";
import { serializeKeras3 } from "../formats/keras3-config.js";
import type { Shape } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import type { SymbolicTensor } from "../layers/symbolic.js";
import type { Loss } from "../losses/index.js";
import { lowerings } from "../lowering/registry.js";
import { ModelDefinition } from "../network/definition.js";
import { namedOutputs } from "../network/from-tensors.js";
import { namedObjective, reportedNames } from "../network/objective.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { optimizerFrom } from "../optimizers/registry.js";
import type { PlotOptions } from "../plot/plot.js";
import type { Runtime } from "../runtime/runtime.js";
import { requireDType, requireTensor, type Tensor } from "../tensor.js";
import type { Backup, Progress } from "./backup.js";
import { BatchPlan } from "./batch-plan.js";
import { type Batches, isBatches } from "./batch-stream.js";
import { Engine } from "./engine.js";
import { evaluateBatches, evaluateSamples } from "./evaluate.js";
import {
  buildExportGraph,
  type OnnxOptions,
  onnxOptionNames,
  requireClasses,
  requireDivisor,
} from "./export-graph.js";
import {
  type FitPlan,
  planBatchesFit,
  planDatasetFit,
  planFit,
  planFlowFit,
  requireOnePort,
  targetCheck,
  wantedOf,
  wholeNumber,
} from "./fit.js";
import type { FitOptions } from "./fit-options.js";
import { datasetOf, refuseIterator, refuseTargets } from "./given-data.js";
import { goalsFrom } from "./goals.js";
import { givenInputs, type Inputs } from "./inputs.js";
import { type LayerView, layerViews, viewNamed } from "./layer-view.js";
import { callbackList, fitCallbacks, passCallbacks } from "./model-callbacks.js";
import {
  type BatchOptions,
  type CompileOptions,
  compileOptions,
  type EvaluateOptions,
  evaluateOptions,
  type ModelOptions,
  type NamedWeight,
  type PredictOptions,
  predictOptions,
  type SummaryOptions,
  type TrainGraphOptions,
  trainGraphOptions,
} from "./model-options.js";
import { withBatchesOf } from "./out-of-memory.js";
import type { OwnLoss, OwnStepOptions, OwnTensors, ValueAndGradients } from "./own-step.js";
import { predictSamples } from "./predict.js";
import { type Predictions, predictionsAs } from "./predictions.js";
import { givenBatches, runFit } from "./run-fit.js";
import { countSamples, datasetSamples, inputSamples, samples } from "./samples.js";
import { type GradientOptions, scoreGradients, type ValuesAndGradients } from "./score-gradients.js";
import { buildStepGraph } from "./step-graph.js";
import { summarize } from "./summary.js";
import type { Targets } from "./targets.js";

/**
 * Layers and how they are connected, trained and used as Keras's `Model`. `model` and `sequential` make them.
 *
 * @typeParam P what it predicts: one tensor, or for several outputs a list or an object of them
 */
export class Model<P extends Predictions = Tensor<"float32">> implements TrainingModel {
  /** Set to true (e.g. by a callback) to end training after the current batch. */
  stopTraining = false;
  #definition: ModelDefinition;
  readonly #runtime: () => Promise<Runtime>;
  readonly #givenSeed: number | undefined;
  #engine: Engine;
  #isTraining = false;
  #preparation: Partial<Preparation> | undefined;
  #classNames: readonly string[] | undefined;

  /**
   * For `model` and `sequential`.
   *
   * @internal
   */
  constructor(
    define: (seed: number) => ModelDefinition,
    options: ModelOptions,
    runtimeOf: () => Runtime | Promise<Runtime> = () => platform.runtime(),
  ) {
    this.#givenSeed = options.seed;
    const seed = options.seed ?? (crypto.getRandomValues(new Uint32Array(1))[0] as number);
    this.#definition = define(wholeNumber(seed, 0, "seed"));
    const { checkpoint = false } = options;
    if (typeof checkpoint !== "boolean") {
      throw new TrazoError(`checkpoint must be true or false, but got ${inWords(checkpoint)}.`);
    }
    if (checkpoint) this.#definition.identity.checkpoint = true;
    let runtime = options.runtime;
    this.#runtime = async () => {
      runtime ??= runtimeOf();
      return await runtime;
    };
    this.#engine = new Engine(this.#definition, this.#runtime, undefined);
  }

  /** Names the model in messages and files. */
  get name(): string {
    return this.#definition.name;
  }

  /** What everything random in the model follows from. */
  get seed(): number {
    return this.#definition.seed;
  }

  /**
   * Whether the seed was given, and not drawn.
   *
   * @internal
   */
  get isSeeded(): boolean {
    return this.#givenSeed !== undefined;
  }

  /**
   * Layers, shapes and weights, for code that writes files or draws the model.
   *
   * @internal
   */
  get definition(): ModelDefinition {
    return this.#definition;
  }

  /**
   * The compiled graphs and the optimizer's state.
   *
   * @internal
   */
  get engine(): Engine {
    return this.#engine;
  }

  /**
   * How pictures are prepared for the model, as far as it is known; `fit` records by what bytes (uint8) are divided. It is written into every file of the model and followed wherever
   * the file is opened as a classifier: by `openClassifier`, `trazo predict`, `evaluate`, `serve` and `export`. Keras ignores it.
   *
   * @throws TrazoError when what is set is not a preparation
   * @example
   * ```ts
   * model.preparation = { divisor: 127.5, mean: [1], fit: "contain" }; // pixels from -1 to 1, proportions kept
   * await model.save("model.keras");
   * ```
   */
  get preparation(): Partial<Preparation> | undefined {
    return this.#preparation;
  }

  set preparation(preparation: Partial<Preparation> | undefined) {
    this.#preparation =
      preparation &&
      checkPreparation(preparation, (reason) => {
        throw new TrazoError(`A model's preparation is not valid: ${reason}.`);
      });
  }

  /**
   * The classes' names, in the order of the outputs, two for one sigmoid. They are written into every file of the model, and shown
   * wherever it is opened as a classifier. Keras ignores them.
   *
   * @throws TrazoError when they are not a list of names, or not as many as the model has outputs
   * @example
   * ```ts
   * model.classNames = ["cats", "dogs"];
   * await model.save("model.keras");
   * ```
   */
  get classNames(): readonly string[] | undefined {
    return this.#classNames;
  }

  set classNames(names: readonly string[] | undefined) {
    if (names) {
      const refuse = (reason: string): never => {
        throw new TrazoError(`A model's classNames are not valid: ${reason}.`);
      };
      requireClasses(checkClassNames(names, refuse), this.#definition, "classNames");
    }
    this.#classNames = names && [...names];
  }

  /** @throws TrazoError before `compile`. */
  get optimizer(): Optimizer {
    return this.#engine.requireCompiled("optimizer").optimizer;
  }

  /** Shape of one sample, without the batch dimension. */
  get inputShape(): readonly number[] {
    return this.#definition.inputShape.slice(1) as readonly number[];
  }

  /** Shape of the predictions, batch dimension included; that of the first of several outputs. */
  get outputShape(): Shape {
    return this.#definition.outputShape;
  }

  /** The names of the outputs: of the layers that give them, or those that `model({ outputs: { … } })` gave. */
  get outputNames(): readonly string[] {
    return this.#definition.outputs.map(({ name }) => name);
  }

  /** That of the first of several outputs. @throws TrazoError before `compile`, and where it was compiled without a loss */
  get compiledLoss(): Loss {
    return (this.#engine.requireScored("loss")[0] as { loss: Loss }).loss;
  }

  /** Names of what `evaluate` returns: `loss`, the losses of several outputs, then the metrics. */
  get metricsNames(): string[] {
    return [...reportedNames(this.#engine.requireCompiled("metricsNames"))];
  }

  /**
   * Changes the layers. Anything compiled before is dropped.
   *
   * @internal
   */
  protected rebuild(what: string, change: (definition: ModelDefinition) => void): void {
    this.#requireIdle(what);
    if (this.#engine.isHeld) {
      throw new TrazoError(
        `${what}: this model is being evaluated or is predicting. Wait for that to end first.`,
      );
    }
    change(this.#definition);
    this.#replaceEngine(new Engine(this.#definition, this.#runtime, undefined));
  }

  /**
   * Says what to minimize, how, and what else to measure. The optimizer starts afresh: no steps taken, no momentum left; the
   * learning rate that was last set stays.
   *
   * @throws TrazoError for what is not supported, for an optimizer that another model has, and during `fit`
   * @example
   * ```ts
   * model.compile({ optimizer: optimizers.adam(), loss: "categoricalCrossentropy", metrics: ["accuracy"] });
   * ```
   * @example
   * ```ts
   * const pixels = layers.input({ shape: [28, 28, 1] });
   * const features = apply(layers.flatten(), pixels);
   * const digit = apply(layers.dense({ units: 10, activation: "softmax" }), features);
   * const parity = apply(layers.dense({ units: 1, activation: "sigmoid" }), features);
   * const both = model({ inputs: pixels, outputs: { digit, parity } });
   * both.compile({
   *   optimizer: "adam",
   *   loss: { digit: "sparseCategoricalCrossentropy", parity: "binaryCrossentropy" },
   *   lossWeights: { digit: 1, parity: 0.5 },
   *   metrics: { digit: ["accuracy"], parity: ["accuracy"] }, // digit_accuracy, parity_accuracy in the history
   * });
   * ```
   */
  compile(options: CompileOptions): void {
    this.#requireIdle("compile");
    requireKnownOptions(options, compileOptions, "compile");
    const { optimizer = "rmsprop", ...goals } = options;
    if (goals.loss === undefined) {
      throw new TrazoError('compile needs a loss, e.g. { loss: "categoricalCrossentropy" }.');
    }
    const names = this.outputNames;
    const compiled = {
      optimizer: optimizerFrom(optimizer),
      ...namedObjective(names, goalsFrom(goals, names)),
    };
    this.#replaceEngine(new Engine(this.#definition, this.#runtime, compiled));
    compiled.optimizer.iterations = 0;
  }

  /**
   * For readers of files: compiles with an optimizer's state.
   *
   * @internal
   */
  restore(engine: (definition: ModelDefinition, runtime: () => Promise<Runtime>) => Engine): void {
    this.#replaceEngine(engine(this.#definition, this.#runtime));
  }

  /**
   * Trains the model.
   *
   * @param x samples, the first axis counting them, e.g. `[48000, 28, 28, 1]`
   * @param y targets in the shape that the loss wants; for several outputs a list of them, or an object by the outputs' names
   * @returns the history of loss and metrics, one value an epoch
   * @throws TrazoError for data and options that are not supported, and while another `fit` of this model runs
   * @example
   * ```ts
   * const { history } = await model.fit(xTrain, yTrain, { epochs: 5, batchSize: 128, validationData: [xVal, yVal] });
   * console.log(history.val_loss);
   * ```
   */
  fit(x: Inputs, y: Targets, options?: FitOptions): Promise<History>;
  /**
   * Trains the model on images that a generator varies, e.g. `fit(generator.flow(x, y, { batchSize: 128 }))`.
   *
   * @example
   * ```ts
   * const generator = imageDataGenerator({ rotationRange: 10, zoomRange: 0.1 });
   * await model.fit(generator.flow(xTrain, yTrain, { batchSize: 128 }), { epochs: 5 });
   * ```
   */
  fit(flow: ImageFlow, options?: FitOptions): Promise<History>;
  /**
   * Trains the model on samples that are read as they are needed, e.g. of `directoryDataset`; the next batches while one is computed.
   *
   * @example
   * ```ts
   * const dataset = tensorDataset(xTrain, yTrain);
   * await model.fit(dataset, { epochs: 5, batchSize: 64 });
   * ```
   */
  fit(dataset: Dataset, options?: FitOptions): Promise<History>;
  /**
   * Trains the model on batches that a function gives, such as a generator: `{ x, y, sampleWeight? }` each, of any size. An epoch takes
   * all that it gives, and the next begins with a new call; with `stepsPerEpoch` that many, and the next continues with those that
   * follow. With a `backup` the function must begin at the epoch and step that it is given.
   *
   * @example
   * ```ts
   * async function* batches({ step }: { step: number }) {
   *   for (let at = 64 * step; at < 60_000; at += 64) {
   *     yield { x: sliceRows(xTrain, at, at + 64), y: sliceRows(yTrain, at, at + 64) };
   *   }
   * }
   * await model.fit(batches, { epochs: 5, stepsPerEpoch: 200 });
   * ```
   */
  fit(batches: Batches, options?: FitOptions): Promise<History>;
  async fit(
    data: Inputs | ImageFlow | Dataset | Batches,
    yOrOptions?: Targets | FitOptions,
    optionsWithY: FitOptions = {},
  ): Promise<History> {
    this.#requireIdle("fit");
    this.#isTraining = true;
    try {
      return await this.#fit(data, yOrOptions, optionsWithY);
    } finally {
      this.#isTraining = false;
    }
  }

  async #fit(
    data: Inputs | ImageFlow | Dataset | Batches,
    yOrOptions: Targets | FitOptions | undefined,
    optionsWithY: FitOptions,
  ): Promise<History> {
    const isTensors = !(data instanceof ImageFlow) && !isDataset(data) && !isBatches(data);
    if (isTensors) refuseIterator(data);
    else refuseTargets(yOrOptions, "fit");
    const options = isTensors ? optionsWithY : ((yOrOptions ?? {}) as FitOptions);
    const plan = this.#plan(data, yOrOptions, options);
    callbackList(options).requireTrainable(this);
    if (!(data instanceof ImageFlow) && plan.train)
      this.#recordScale(isDataset(data) ? data.x : plan.train.x);
    const backup = await this.#openBackup(plan, options);
    try {
      return await this.#fitFrom(backup, plan, options);
    } finally {
      await backup?.release();
    }
  }

  #plan(
    data: Inputs | ImageFlow | Dataset | Batches,
    y: Targets | FitOptions | undefined,
    options: FitOptions,
  ): FitPlan {
    if (data instanceof ImageFlow) return planFlowFit(this.#engine, data, options);
    if (isDataset(data)) return planDatasetFit(this.#engine, data, options);
    if (isBatches(data)) return planBatchesFit(this.#engine, data, options);
    return planFit(this.#engine, data, y as Targets, options);
  }

  /** Bytes say how they are scaled, which need not be said again when the model is saved. */
  #recordScale({ dtype, divisor = 1 }: SampleType): void {
    if (dtype !== "uint8" || this.#preparation?.divisor === divisor) return;
    this.#preparation = { ...this.#preparation, ...unitScale, divisor };
  }

  async #fitFrom(backup: Backup | undefined, plan: FitPlan, options: FitOptions): Promise<History> {
    if (backup?.seed !== undefined) this.#definition.goOnWithSeed(backup.seed);
    const { train } = plan;
    const batches =
      train &&
      new BatchPlan({
        samples: countSamples(train),
        batchSize: plan.batchSize,
        shuffle: plan.shuffle,
        seed: this.seed,
        stepsPerEpoch: plan.stepsPerEpoch,
      });
    const { callbacks, history, endLine } = await fitCallbacks(this, plan, batches, options);
    try {
      const size = train ? Math.min(plan.batchSize, countSamples(train)) : plan.batchSize;
      await withBatchesOf(size, () => runFit(this.#engine, this, plan, batches, callbacks, backup));
    } finally {
      endLine();
    }
    await backup?.finish();
    return history;
  }

  async #openBackup(plan: FitPlan, options: FitOptions): Promise<Backup | undefined> {
    if (!options.backup) return undefined;
    const { Backup, trainingConfig } = await import("./backup.js");
    const settings = {
      ...plan.settings,
      seed: this.#givenSeed ?? null,
      callbacks: callbackList(options).shapes,
    };
    const config = await trainingConfig(this.#engine, settings, plan.train, plan.validation);
    const print = options.print ?? platform.terminal.print;
    const backup = await Backup.open(options.backup, config, this.#engine, print);
    const { progress } = backup;
    if (progress && options.verbose !== 0) print(`${resumptionText(progress, plan.epochs)}\n`);
    return backup;
  }

  /**
   * Loss and metrics in inference mode, by name: `{ loss, accuracy }`.
   *
   * @example
   * ```ts
   * const { loss, accuracy } = await model.evaluate(xTest, yTest, { batchSize: 256 });
   * ```
   */
  evaluate(x: Inputs, y: Targets, options?: EvaluateOptions): Promise<Logs>;
  /**
   * Loss and metrics on the samples of a dataset, or on the images of a flow as its generator makes them.
   *
   * @example
   * ```ts
   * const dataset = tensorDataset(xTest, yTest);
   * const { loss } = await model.evaluate(dataset, { batchSize: 64 });
   * ```
   */
  evaluate(data: Dataset | ImageFlow, options?: EvaluateOptions): Promise<Logs>;
  /**
   * Loss and metrics on the batches that a function gives, on all of them or on `steps`.
   *
   * @example
   * ```ts
   * const { loss } = await model.evaluate(() => [{ x: xTest, y: yTest }]);
   * ```
   */
  evaluate(batches: Batches, options?: EvaluateOptions): Promise<Logs>;
  async evaluate(
    given: Inputs | Dataset | ImageFlow | Batches,
    yOrOptions?: Targets | EvaluateOptions,
    optionsWithY: EvaluateOptions = {},
  ): Promise<Logs> {
    const dataset = isBatches(given) ? undefined : datasetOf(given);
    const isWithTargets = dataset !== undefined || isBatches(given);
    if (isWithTargets) refuseTargets(yOrOptions, "evaluate");
    const options = isWithTargets ? ((yOrOptions ?? {}) as EvaluateOptions) : optionsWithY;
    requireKnownOptions(options, evaluateOptions, "evaluate");
    const engine = this.#engine;
    if (isBatches(given)) return await this.#evaluateBatches(given, options);
    if (given instanceof ImageFlow) requireOnePort(engine, "evaluate");
    const data = dataset
      ? datasetSamples(
          dataset,
          wantedOf(engine, "evaluate"),
          options.sampleWeight,
          targetCheck(engine),
          "evaluate",
        )
      : samples(
          givenInputs(this.#definition, given, "evaluate"),
          engine.requireScored("evaluate"),
          yOrOptions as Targets,
          options.sampleWeight,
          "evaluate",
        );
    engine.requireSamples(data, "evaluate");
    const batchSize = wholeNumber(options.batchSize ?? 32, 1, "batchSize");
    const all = Math.ceil(countSamples(data) / batchSize);
    const steps = Math.min(wholeNumber(options.steps ?? all, 1, "steps"), all);
    const callbacks = passCallbacks(this, options, countSamples(data), batchSize, steps);
    return await withBatchesOf(Math.min(batchSize, countSamples(data)), () =>
      engine.hold(() => evaluateSamples(engine, data, batchSize, steps, callbacks)),
    );
  }

  async #evaluateBatches(batches: Batches, options: EvaluateOptions): Promise<Logs> {
    for (const name of ["batchSize", "sampleWeight"] as const) {
      if (options[name] === undefined) continue;
      throw new TrazoError(
        `evaluate: ${name} is for data of which it makes batches, not for a function of batches.`,
      );
    }
    const engine = this.#engine;
    engine.requireScored("evaluate");
    const steps = options.steps === undefined ? undefined : wholeNumber(options.steps, 1, "steps");
    const callbacks = passCallbacks(this, options, 0, 0, steps ?? 0);
    return await engine.hold(() => evaluateBatches(engine, givenBatches(engine, batches, steps), callbacks));
  }

  /**
   * Predictions in inference mode: `[samples, ...outputShape]`, for several outputs one tensor each, as `model` was given them.
   *
   * @param data one sample per row, a dataset, or a flow, whose images are predicted as its generator makes them, in their order
   * @example
   * ```ts
   * const probabilities = await model.predict(xTest, { batchSize: 256 });
   * const [count, classes] = probabilities.shape;
   * ```
   */
  async predict(data: Inputs | Dataset | ImageFlow, options: PredictOptions = {}): Promise<P> {
    requireKnownOptions(options, predictOptions, "predict");
    const inputs = inputSamples(
      datasetOf(data) ?? givenInputs(this.#definition, data, "predict"),
      { inputs: this.#definition.inputs, scored: [] },
      "predict",
    );
    this.#definition.requireInput(inputs.x.shape, "predict");
    const batchSize = wholeNumber(options.batchSize ?? 32, 1, "batchSize");
    const count = countSamples(inputs);
    const callbacks = passCallbacks(this, options, count, batchSize, Math.ceil(count / batchSize));
    const engine = this.#engine;
    const predictions = await withBatchesOf(Math.min(batchSize, count), () =>
      engine.hold(() => predictSamples(engine, inputs, batchSize, callbacks)),
    );
    return predictionsAs(this.#definition, predictions) as P;
  }

  /**
   * Prints the table of layers, output shapes and weights that Keras prints, and returns it.
   *
   * @example
   * ```ts
   * model.summary();
   * const text = model.summary({ print: () => {} });
   * ```
   */
  summary(options: SummaryOptions = {}): string {
    requireKnownOptions(options, { print: true, lineLength: true }, "summary");
    const text = summarize(this.#definition, options.lineLength);
    (options.print ?? console.log)(text);
    return text;
  }

  /**
   * A picture of the network as SVG: every layer with its options, its name and the shape of what it gives for one sample, and what
   * is connected to what. Layers that only follow each other are drawn together; frozen ones are marked ❄. As Keras's `plot_model`.
   *
   * @throws TrazoError for a model without layers
   * @example
   * ```ts
   * import { writeFile } from "node:fs/promises";
   *
   * await writeFile("network.svg", await model.plot());
   * ```
   */
  async plot(options: PlotOptions = {}): Promise<string> {
    const { plotModel, plotOptionNames } = await import("../plot/plot.js");
    requireKnownOptions(options, plotOptionNames, "plot");
    const { rankdir = "TB" } = options;
    if (rankdir !== "TB" && rankdir !== "LR") {
      throw new TrazoError(`plot: rankdir must be "TB" or "LR", but got ${inWords(rankdir)}.`);
    }
    if (this.#definition.layers.length === 0)
      throw new TrazoError("plot: the model has no layers to be drawn.");
    return plotModel(this.#definition, options);
  }

  /**
   * The model's configuration as Keras 3 has it in a `.keras` file, for `JSON.stringify(model)`: the layers, no weights.
   *
   * @example
   * ```ts
   * const text = JSON.stringify(model, undefined, 2);
   * ```
   */
  toJSON(): JsonObject {
    return serializeKeras3(this.#definition, undefined);
  }

  /** What a notebook shows of a model: its summary and its picture. */
  async [jupyterDisplay](): Promise<DisplayBundle> {
    const { modelBundle } = await import("../display/model-display.js");
    const picture = this.#definition.layers.length > 0 ? await this.plot() : undefined;
    return modelBundle(summarize(this.#definition), picture);
  }

  /** What `console.log(model)` shows in Node: the summary. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return summarize(this.#definition);
  }

  /** The layers in Keras's order, each nested model one of them. */
  get layers(): readonly LayerView[] {
    return layerViews(this.#definition, this.#requireNoStep);
  }

  /**
   * The layer of that name; within a nested model by its path, e.g. `backbone/conv2d`.
   *
   * @throws TrazoError when there is none
   * @example
   * ```ts
   * const [filters] = model.getLayer("conv2d").getWeights();
   * ```
   */
  getLayer(name: string): LayerView {
    return viewNamed(layerViews(this.#definition, this.#requireNoStep, true), name);
  }

  /** What the model takes and gives, for models that share its weights: `model({ inputs: net.inputs, outputs: … })`. */
  get inputs(): readonly SymbolicTensor[] {
    return this.#definition.inputs.map(({ tensor }) => tensor);
  }

  /** See `inputs`. */
  get outputs(): readonly SymbolicTensor[] {
    return this.#definition.outputs.map(({ tensor }) => tensor);
  }

  /**
   * Freezes layers, or lets them be trained again: all of them, or each as `isTrained` says. It is asked for the layers of
   * nested models too; those of a frozen model are frozen. A frozen batch normalization works with its moving averages, as in
   * Keras. As there it takes effect with the next `compile`.
   *
   * @throws TrazoError during `fit`
   * @example
   * ```ts
   * model.setTrainable((layer) => layer.name.startsWith("dense"));
   * model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
   * ```
   */
  setTrainable(isTrained: boolean | ((layer: LayerView) => boolean)): void {
    this.#requireIdle("setTrainable");
    if (typeof isTrained !== "boolean" && typeof isTrained !== "function") {
      throw new TrazoError(
        `setTrainable takes true, false, or a function of a layer, but got ${inWords(isTrained)}.`,
      );
    }
    const views = new Map(
      layerViews(this.#definition, this.#requireNoStep, true).map((view) => [view.path, view]),
    );
    this.#definition = this.#definition.withTrainable(({ path }) =>
      typeof isTrained === "boolean" ? isTrained : isTrained(views.get(path) as LayerView),
    );
  }

  /**
   * By how much a score changes with the values that a layer gives, or with the model's inputs, outside of training: what Grad-CAM
   * and saliency maps are made of (see `gradCam`, `saliency`).
   *
   * @returns one gradient per value, in the shape of what the layer gives, `[samples, ...]`
   * @throws TrazoError for a layer or a class that there is not
   * @example
   * ```ts
   * const slopes = await model.gradients(xTest, { of: 3, at: "conv2d" });
   * ```
   */
  async gradients(x: Inputs, options: GradientOptions = {}): Promise<Tensor<"float32">> {
    return (await this.valuesAndGradients(x, options)).gradients;
  }

  /**
   * The values that a layer gives, with their gradients.
   *
   * @internal
   */
  async valuesAndGradients(x: Inputs, options: GradientOptions = {}): Promise<ValuesAndGradients> {
    requireKnownOptions(options, { of: true, at: true, output: true }, "gradients");
    const given = givenInputs(this.#definition, x, "gradients");
    requireTensor(given.x, "gradients: the inputs");
    this.#definition.requireInput(given.x.shape, "gradients");
    if (options.at !== undefined) this.getLayer(options.at);
    return await scoreGradients(this.#definition, await this.#runtime(), given, options);
  }

  /**
   * Trains one step on these samples.
   *
   * @returns loss and metrics, by name
   * @throws TrazoError as `fit`
   * @example
   * ```ts
   * const { loss } = await model.trainOnBatch(xTrain, yTrain);
   * ```
   */
  async trainOnBatch(x: Inputs, y: Targets, options: BatchOptions = {}): Promise<Logs> {
    requireKnownOptions(options, { sampleWeight: true, classWeight: true }, "trainOnBatch");
    const once = { batchSize: this.#countOf(x), epochs: 1, shuffle: false, verbose: 0 } as const;
    const { history } = await this.fit(x, y, { ...options, ...once });
    return Object.fromEntries(Object.entries(history).map(([name, [value]]) => [name, value as number]));
  }

  /**
   * The value of a loss of your own and its gradients, for training steps that `fit` does not take. The loss is described once for
   * each kind of data, like a layer: give the same function each time. Moving averages of batch normalization follow the data; penalties
   * on weights come with `applyGradients`.
   *
   * @param data the tensors that the loss is computed from, by name; their first axis counts the samples
   * @param loss from values of these names, and calls of the model, to a number, or to numbers whose mean is taken
   * @returns the value, and one gradient per trainable weight
   * @throws TrazoError before `compile`, which says the optimizer (`loss: null`), and during `fit`
   * @example
   * ```ts
   * import type { OwnLoss } from "trazo";
   *
   * const net = sequential([layers.dense({ units: 8, inputShape: [4] })]);
   * net.compile({ optimizer: "adam", loss: null });
   * const apart: OwnLoss<"left" | "right"> = ({ left, right }, { call }) =>
   *   ops.reduceMean(ops.square(ops.sub(call(left), call(right))), { axes: [-1] });
   * const [left, right] = [xTrain, xVal];
   * const { gradients } = await net.valueAndGradients({ left, right }, apart);
   * await net.applyGradients(gradients);
   * ```
   */
  async valueAndGradients<Names extends string>(
    data: OwnTensors<Names>,
    loss: OwnLoss<Names>,
    options: OwnStepOptions = {},
  ): Promise<ValueAndGradients> {
    this.#requireIdle("valueAndGradients");
    requireKnownOptions(options, { training: true }, "valueAndGradients");
    const { training = true } = options;
    const engine = this.#engine;
    return await engine.hold(() => engine.ownStep(loss as OwnLoss, data, training));
  }

  /**
   * Takes a step of the optimizer with gradients such as those of `valueAndGradients`, changed as you like.
   *
   * @param gradients one per trainable weight, in their order
   * @throws TrazoError before `compile`, during `fit`, and when a length does not fit
   * @example
   * ```ts
   * import type { OwnLoss } from "trazo";
   *
   * const loss: OwnLoss<"x"> = ({ x }, { call }) => ops.square(call(x));
   * const { gradients } = await model.valueAndGradients({ x: xTrain }, loss);
   * await model.applyGradients(gradients.map((gradient) => gradient.map(Math.sign)));
   * ```
   */
  async applyGradients(gradients: readonly Float32Array[]): Promise<void> {
    this.#requireIdle("applyGradients");
    const engine = this.#engine;
    await engine.hold(() => engine.applyGradients(gradients));
  }

  /**
   * Loss and metrics of these samples as one batch, outside of training.
   *
   * @throws TrazoError as `evaluate`
   * @example
   * ```ts
   * const { loss } = await model.testOnBatch(xTest, yTest);
   * ```
   */
  async testOnBatch(x: Inputs, y: Targets, options: Pick<BatchOptions, "sampleWeight"> = {}): Promise<Logs> {
    requireKnownOptions(options, { sampleWeight: true }, "testOnBatch");
    return await this.evaluate(x, y, { ...options, batchSize: this.#countOf(x) });
  }

  /**
   * Predictions for these samples as one batch.
   *
   * @throws TrazoError as `predict`
   * @example
   * ```ts
   * const scores = await model.predictOnBatch(xTest);
   * ```
   */
  async predictOnBatch(x: Inputs): Promise<P> {
    return await this.predict(x, { batchSize: this.#countOf(x) });
  }

  /**
   * The model from its inputs up to what a layer gives at its first call, e.g. to see feature maps. It shares the weights.
   *
   * @throws TrazoError when there is no such layer, or it is part of a nested model
   * @example
   * ```ts
   * const maps = await model.upTo("conv2d").predict(xTest);
   * ```
   */
  upTo(name: string): Model;
  /**
   * The same for several layers at once: what each gives comes by its name.
   *
   * @example
   * ```ts
   * const features = await model.upTo(["conv2d", "max_pooling2d"]).predict(xTest);
   * console.log(features.conv2d?.shape);
   * ```
   */
  upTo<N extends string>(names: readonly N[]): Model<Readonly<Record<N, Tensor<"float32">>>>;
  upTo(asked: string | readonly string[]): Model<Predictions> {
    const names = typeof asked === "string" ? [asked] : asked;
    if (!Array.isArray(names) || names.length === 0 || new Set(names).size < names.length) {
      throw new TrazoError(
        `upTo takes the name of a layer, or a list of different names, but got ${inWords(asked)}.`,
      );
    }
    const tensors = names.map((name) => this.getLayer(name).output);
    const { inputs, seed } = this;
    const isOne = typeof asked === "string";
    const define = (): ModelDefinition =>
      ModelDefinition.between(
        isOne ? `${this.name}_to_${asked}` : `${this.name}_parts`,
        seed,
        inputs,
        isOne ? { tensors, form: "one" } : namedOutputs(names, tensors),
      );
    return new Model<Predictions>(define, { seed }, this.#runtime);
  }

  /**
   * Copies of all weights: layer by layer, in Keras's order.
   *
   * @example
   * ```ts
   * const before = model.getWeights();
   * await model.fit(xTrain, yTrain);
   * model.setWeights(before);
   * ```
   */
  getWeights(): Float32Array[] {
    return this.#definition.variables.map(({ data }) => data.slice());
  }

  /**
   * The weights with their names and shapes, in the order of `getWeights`. The values are copies.
   *
   * @example
   * ```ts
   * for (const { layer, name, shape } of model.namedWeights()) console.log(`${layer}/${name} [${shape}]`);
   * ```
   */
  namedWeights(): NamedWeight[] {
    return this.#definition.variables.map(({ layer, spec: { name }, shape, data }) => ({
      layer,
      name,
      shape,
      values: data.slice(),
    }));
  }

  /**
   * Copies of the optimizer's slots, such as Adam's averages of gradients; empty before the model is compiled.
   *
   * @example
   * ```ts
   * const [firstAverage] = model.getOptimizerSlots();
   * ```
   */
  getOptimizerSlots(): Float32Array[] {
    return this.#engine.slots.flat().map((slot) => slot.slice());
  }

  /** Whether `compile` was called, or the model was read from a file that holds what it was compiled with. */
  get isCompiled(): boolean {
    return this.#engine.compiled !== undefined;
  }

  /**
   * Puts copies of these values in place of the model's weights. Callbacks may do so in training, between two steps.
   *
   * @throws TrazoError when the number of arrays or a length does not fit, and while a training step is being computed
   * @example
   * ```ts
   * model.setWeights(model.getWeights().map((values) => values.map((value) => value / 2)));
   * ```
   */
  setWeights(weights: readonly Float32Array[]): void {
    this.#engine.requireNoStep("setWeights");
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
   * The training step, update included, as an ONNX model: batch, weights, optimizer slots and
   * scalars in; loss, metric sums and the next state out.
   *
   * @throws TrazoError before `compile`, and for an input that images cannot have
   * @example
   * ```ts
   * const step = model.trainGraph({ inputDtype: "uint8", inputDivisor: 255 }); // the bytes of an ONNX file
   * ```
   */
  trainGraph(options: TrainGraphOptions = {}): Uint8Array {
    requireKnownOptions(options, trainGraphOptions, "trainGraph");
    const { inputDtype = "float32", inputDivisor = 1 } = options;
    requireDType(inputDtype, "inputDtype");
    requireDivisor("inputDivisor", inputDivisor);
    const { optimizer, ...objective } = this.#engine.requireCompiled("trainGraph");
    const targets = this.#engine.requireScored("trainGraph").map(({ loss, index }) => ({
      dtype: "float32" as const,
      shape: loss.targetShape(this.#definition.outputs[index]?.tensor.shape ?? []),
    }));
    const input = { dtype: inputDtype, divisor: inputDivisor };
    return buildStepGraph(this.#engine.model, objective, optimizer, input, targets, lowerings.direct);
  }

  /**
   * The trained model as an ONNX file for any ONNX runtime: inference mode, weights included, opset 17, any batch size. The input
   * `images` has the shape `[batch, ...inputShape]`; the output is `probabilities` after a softmax or sigmoid, else `predictions`.
   * Several inputs or outputs keep their names in the model.
   * The metadata says how pictures are prepared (`preprocessing`: layout, dtype, and the model's preparation) and names the classes
   * when given.
   *
   * @throws TrazoError for an option that the model cannot have
   * @example
   * ```ts
   * const bytes = model.toOnnx({ inputDtype: "uint8", classes: ["cat", "dog"] });
   * ```
   */
  toOnnx(options: OnnxOptions = {}): Uint8Array {
    requireKnownOptions(options, onnxOptionNames, "toOnnx");
    const { classes = this.#classNames } = options;
    return buildExportGraph(this.#definition, { ...options, classes }, this.#preparation);
  }

  /**
   * The whole model as the bytes of a `.keras` file of Keras 3: layers, weights, what it was compiled with, optimizer state.
   * `fromKeras` opens them, as `loadModel` does the file; nothing needs a file system.
   *
   * @throws TrazoError for a layer that Keras files cannot hold
   * @example
   * ```ts
   * const bytes = await model.toKeras();
   * const copy = await fromKeras(bytes);
   * ```
   */
  async toKeras(): Promise<Uint8Array> {
    const { encodeKeras } = await import("./encode-model.js");
    return await encodeKeras(this);
  }

  /**
   * The whole model as the bytes of a legacy `.h5` file, which Keras 2 and 3 read.
   *
   * @throws TrazoError as `toKeras`
   * @example
   * ```ts
   * const response = new Response((await model.toH5()).slice());
   * ```
   */
  async toH5(): Promise<Uint8Array> {
    const { encodeH5 } = await import("./encode-model.js");
    return await encodeH5(this);
  }

  /**
   * The weights, and the optimizer's state when it has one, as the bytes of a `.weights.h5` file of Keras 3. `loadWeights` reads them.
   *
   * @example
   * ```ts
   * const before = await model.weightsToH5();
   * await model.fit(xTrain, yTrain, { epochs: 1 });
   * await model.loadWeights(before);
   * ```
   */
  async weightsToH5(): Promise<Uint8Array> {
    const { encodeWeights } = await import("./encode-model.js");
    return await encodeWeights(this);
  }

  /**
   * Writes what `toOnnx` gives. Atomic.
   *
   * @example
   * ```ts
   * await model.saveOnnx("digits.onnx", { inputLayout: "NCHW" });
   * ```
   */
  async saveOnnx(path: string | URL, options: OnnxOptions = {}): Promise<void> {
    const { saveOnnx } = await import("./save.js");
    await saveOnnx(this, platform.files.path(path, "saveOnnx: the path"), options);
  }

  /**
   * Writes the whole model: layers, weights, training configuration, optimizer state. Atomic.
   *
   * @param path a path or `file:` URL that ends in `.keras` (Keras 3), or in `.h5` or `.hdf5` (legacy, Keras 2 and 3); with
   *   `.onnx` what `toOnnx()` gives, from which training cannot be resumed
   * @throws TrazoError for another ending, for layers of your own in a Keras file, and when the file cannot be written
   * @example
   * ```ts
   * await model.save("model.keras"); // keras.models.load_model opens it
   * ```
   */
  async save(path: string | URL): Promise<void> {
    const { saveModel } = await import("./save.js");
    await saveModel(this, platform.files.path(path, "save: the path"));
  }

  /**
   * Finds out, without writing, whether the model can be saved to a file of that ending. `modelCheckpoint` asks when training
   * begins.
   *
   * @throws TrazoError as `save`, but for what depends on the disk
   * @example
   * ```ts
   * await model.requireSavable("model.h5"); // before hours of training
   * await model.fit(xTrain, yTrain, { epochs: 100 });
   * ```
   */
  async requireSavable(path: string | URL): Promise<void> {
    const { requireSavable } = await import("./save.js");
    requireSavable(this, platform.files.path(path, "requireSavable: the path"));
  }

  /**
   * Writes the weights, and the optimizer's state when it has one, as Keras 3 does (`.weights.h5`). Atomic.
   *
   * @example
   * ```ts
   * await model.saveWeights("best.weights.h5");
   * await model.loadWeights("best.weights.h5");
   * ```
   */
  async saveWeights(path: string | URL): Promise<void> {
    const { saveWeights } = await import("./save.js");
    await saveWeights(this, platform.files.path(path, "saveWeights: the path"));
  }

  /**
   * Puts the weights of a `.weights.h5`, `.keras` or legacy `.h5` file in place of the model's; the latter by position. When
   * the model is compiled and the file holds such an optimizer's state in Keras 3's layout, that too.
   *
   * @param file a path or `file:` URL, or the file's bytes
   * @throws TrazoError when the file is damaged or holds another model's weights; the model then stays as it was
   * @example
   * ```ts
   * await model.loadWeights("best.weights.h5");
   * ```
   */
  async loadWeights(file: string | URL | Uint8Array): Promise<void> {
    const isBytes = file instanceof Uint8Array;
    const name = isBytes ? "loadWeights" : platform.files.path(file, "loadWeights: the path");
    const bytes = isBytes ? file : await platform.files.read(name);
    const { restoreWeights } = await import("./decode-model.js");
    restoreWeights(this, bytes, name);
  }

  /**
   * Frees native memory. Weights stay; the next call compiles again.
   *
   * @throws TrazoError during `fit`
   * @example
   * ```ts
   * await model.dispose();
   * ```
   */
  async dispose(): Promise<void> {
    this.#requireIdle("dispose");
    await this.#engine.release();
  }

  #countOf(x: Inputs): number | undefined {
    return givenInputs(this.#definition, x, "The batch").x?.shape?.[0];
  }

  readonly #requireNoStep = (what: string): void => this.#engine.requireNoStep(what);

  /** What a training works with must stay as it is until it ends. */
  #requireIdle(what: string): void {
    if (!this.#isTraining) return;
    throw new TrazoError(
      `${what}: this model is being trained. Wait for its fit to end first: await model.fit(...).`,
    );
  }

  #replaceEngine(engine: Engine): void {
    // Passes that still run on the old engine end first. That is not awaited, and nothing can be done where it fails.
    this.#engine.release().catch(() => undefined);
    this.#engine = engine;
  }
}

function resumptionText({ epoch, batch, stopped }: Progress, epochs: number): string {
  if (stopped) return `Training was ended after ${epoch} epochs.`;
  if (epoch >= epochs) return `Training is complete: ${epoch} epochs.`;
  return `Resuming with epoch ${epoch + 1} of ${epochs}${batch > 0 ? `, after step ${batch}` : ""}.`;
}
