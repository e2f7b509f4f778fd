import type { Logs, TrainingModel } from "../callbacks/callback.js";
import type { History } from "../callbacks/history.js";
import type { ImageFlow } from "../data/augmentation/index.js";
import type { Dataset } from "../data/datasets/dataset.js";
import { inWords, TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import type { Loss } from "../losses/index.js";
import { ModelDefinition } from "../network/definition.js";
import { namedOutputs } from "../network/from-tensors.js";
import { namedObjective, reportedNames } from "../network/objective.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { optimizerFrom } from "../optimizers/registry.js";
import { requireTensor, type Tensor } from "../tensor.js";
import type { Batches } from "./batch-stream.js";
import { Engine } from "./engine.js";
import { type EvaluationData, evaluateModel } from "./evaluate-model.js";
import type { FitOptions } from "./fit-options.js";
import { goalsFrom } from "./goals.js";
import { givenInputs, type Inputs } from "./inputs.js";
import {
  type BatchOptions,
  type CompileOptions,
  compileOptions,
  type EvaluateOptions,
  type PredictOptions,
} from "./model-options.js";
import type { OwnLoss, OwnStepOptions, OwnTensors, ValueAndGradients } from "./own-step.js";
import { predictModel } from "./predict-model.js";
import type { Predictions } from "./predictions.js";
import { SavableModel } from "./savable-model.js";
import type { GradientOptions, ScoreKind, ValuesAndGradients } from "./score-gradients.js";
import type { Targets } from "./targets.js";
import { type TrainingData, trainModel } from "./train-model.js";

/**
 * Layers and how they are connected, trained and used as Keras's `Model`. `model` and `sequential` make them.
 *
 * @typeParam P what it predicts: one tensor, or for several outputs a list or an object of them
 */
export class Model<P extends Predictions = Tensor<"float32">> extends SavableModel implements TrainingModel {
  /** Set to true (e.g. by a callback) to end training after the current batch. */
  stopTraining = false;

  /** @throws TrazoError before `compile`. */
  get optimizer(): Optimizer {
    return this.engine.requireCompiled("optimizer").optimizer;
  }

  /** That of the first of several outputs. @throws TrazoError before `compile`, and where it was compiled without a loss */
  get compiledLoss(): Loss {
    return (this.engine.requireScored("loss")[0] as { loss: Loss }).loss;
  }

  /** Names of what `evaluate` returns: `loss`, the losses of several outputs, then the metrics. */
  get metricsNames(): string[] {
    return [...reportedNames(this.engine.requireCompiled("metricsNames"))];
  }

  /** Whether `compile` was called, or the model was read from a file that holds what it was compiled with. */
  get isCompiled(): boolean {
    return this.engine.compiled !== undefined;
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
    return this.engine.slots.flat().map((slot) => slot.slice());
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
    this.requireIdle("compile");
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
    this.replaceEngine(new Engine(this.definition, this.runtime, compiled));
    compiled.optimizer.iterations = 0;
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
    data: TrainingData,
    yOrOptions?: Targets | FitOptions,
    optionsWithY: FitOptions = {},
  ): Promise<History> {
    return await this.#train("fit", data, yOrOptions, optionsWithY);
  }

  /** @param what names the call in errors */
  #train(
    what: string,
    data: TrainingData,
    yOrOptions: Targets | FitOptions | undefined,
    optionsWithY: FitOptions,
  ): Promise<History> {
    return this.whileTraining(what, () => trainModel(this, what, data, yOrOptions, optionsWithY));
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
    given: EvaluationData,
    yOrOptions?: Targets | EvaluateOptions,
    optionsWithY: EvaluateOptions = {},
  ): Promise<Logs> {
    return await evaluateModel(this, "evaluate", given, yOrOptions, optionsWithY);
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
    return (await predictModel(this, "predict", data, options)) as P;
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
    const once = {
      batchSize: this.#countOf(x, "trainOnBatch"),
      epochs: 1,
      shuffle: false,
      verbose: 0,
    } as const;
    const { history } = await this.#train("trainOnBatch", x, y, { ...options, ...once });
    return Object.fromEntries(Object.entries(history).map(([name, [value]]) => [name, value as number]));
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
    const whole = { ...options, batchSize: this.#countOf(x, "testOnBatch") };
    return await evaluateModel(this, "testOnBatch", x, y, whole);
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
    return (await predictModel(this, "predictOnBatch", x, {
      batchSize: this.#countOf(x, "predictOnBatch"),
    })) as P;
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
    this.requireIdle("valueAndGradients");
    requireKnownOptions(options, { training: true }, "valueAndGradients");
    const { training = true } = options;
    const engine = this.engine;
    return await engine.hold(async () =>
      (await engine.ownSteps("valueAndGradients")).valueAndGradients(loss as OwnLoss, data, training),
    );
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
    this.requireIdle("applyGradients");
    const engine = this.engine;
    await engine.hold(async () => (await engine.ownSteps("applyGradients")).applyGradients(gradients));
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
  async valuesAndGradients(
    x: Inputs,
    options: GradientOptions = {},
    score: ScoreKind = "output",
  ): Promise<ValuesAndGradients> {
    requireKnownOptions(options, { of: true, at: true, output: true }, "gradients");
    const given = givenInputs(this.definition, x, "gradients");
    requireTensor(given.x, "gradients: the inputs");
    this.definition.requireInput(given.x.shape, "gradients");
    if (options.at !== undefined) this.getLayer(options.at);
    const { scoreGradients } = await import("./score-gradients.js");
    return await scoreGradients(this.definition, await this.runtime(), given, { ...options, score });
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
    return new Model<Predictions>(define, { seed }, this.runtime);
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
    this.requireIdle("dispose");
    await this.engine.release();
  }

  #countOf(x: Inputs, what: string): number | undefined {
    return givenInputs(this.definition, x, what).x?.shape?.[0];
  }
}
