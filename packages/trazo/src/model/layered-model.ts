import { platform } from "#platform";
import { checkClassNames } from "../data/class-names.js";
import { checkPreparation, type Preparation } from "../data/preparation.js";
import { type DisplayBundle, jupyterDisplay } from "../display/displayed.js";
import { inWords, type JsonObject, TrazoError } from "../errors.js";
import { serializeKeras3 } from "../formats/keras3-config.js";
import type { Shape } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import type { SymbolicTensor } from "../layers/symbolic.js";
import type { ModelDefinition } from "../network/definition.js";
import type { PlotOptions } from "../plot/plot.js";
import type { Runtime } from "../runtime/runtime.js";
import { Engine } from "./engine.js";
import { requireClasses } from "./export-graph.js";
import { type LayerView, layerViews, viewNamed } from "./layer-view.js";
import type { ModelOptions, NamedWeight, SummaryOptions } from "./model-options.js";
import { summarize } from "./summary.js";
import { wholeNumber } from "./whole-number.js";

/** What a model is, whatever is done with it: its layers and their weights, what its outputs mean, and how all of that is shown. */
export abstract class LayeredModel {
  #definition: ModelDefinition;
  readonly #isSeeded: boolean;
  #engine: Engine;
  #isTraining = false;
  #preparation: Partial<Preparation> | undefined;
  #classNames: readonly string[] | undefined;
  /**
   * What runs the graphs, started when it is first asked for.
   *
   * @internal
   */
  protected readonly runtime: () => Promise<Runtime>;

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
    this.#isSeeded = options.seed !== undefined;
    const seed = options.seed ?? (crypto.getRandomValues(new Uint32Array(1))[0] as number);
    this.#definition = define(wholeNumber(seed, 0, "seed"));
    const { checkpoint = false } = options;
    if (typeof checkpoint !== "boolean") {
      throw new TrazoError(`checkpoint must be true or false, but got ${inWords(checkpoint)}.`);
    }
    if (checkpoint) this.#definition.identity.checkpoint = true;
    let runtime = options.runtime;
    this.runtime = async () => {
      runtime ??= runtimeOf();
      return await runtime;
    };
    this.#engine = new Engine(this.#definition, this.runtime, undefined);
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
    return this.#isSeeded;
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

  /** What the model takes and gives, for models that share its weights: `model({ inputs: net.inputs, outputs: … })`. */
  get inputs(): readonly SymbolicTensor[] {
    return this.#definition.inputs.map(({ tensor }) => tensor);
  }

  /** See `inputs`. */
  get outputs(): readonly SymbolicTensor[] {
    return this.#definition.outputs.map(({ tensor }) => tensor);
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
    this.requireIdle("setTrainable");
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
   * Changes the layers. Anything compiled before is dropped.
   *
   * @internal
   */
  protected rebuild(what: string, change: (definition: ModelDefinition) => void): void {
    this.requireIdle(what);
    if (this.#engine.isHeld) {
      throw new TrazoError(
        `${what}: this model is being evaluated or is predicting. Wait for that to end first.`,
      );
    }
    change(this.#definition);
    this.replaceEngine(new Engine(this.#definition, this.runtime, undefined));
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

  readonly #requireNoStep = (what: string): void => this.#engine.requireNoStep(what);

  /**
   * Runs a training, during which nothing else may change the model.
   *
   * @throws TrazoError while another one runs
   * @internal
   */
  protected async whileTraining<T>(what: string, run: () => Promise<T>): Promise<T> {
    this.requireIdle(what);
    this.#isTraining = true;
    try {
      return await run();
    } finally {
      this.#isTraining = false;
    }
  }

  /**
   * @throws TrazoError during a training: what it works with must stay as it is until it ends
   * @internal
   */
  protected requireIdle(what: string): void {
    if (!this.#isTraining) return;
    throw new TrazoError(
      `${what}: this model is being trained. Wait for its fit to end first: await model.fit(...).`,
    );
  }

  /**
   * What was compiled before is released.
   *
   * @internal
   */
  protected replaceEngine(engine: Engine): void {
    // Passes that still run on the old engine end first. That is not awaited, and nothing can be done where it fails.
    this.#engine.release().catch(() => undefined);
    this.#engine = engine;
  }
}
