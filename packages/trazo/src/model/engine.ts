import { TrazoError } from "../errors.js";
import { batch, formatShape } from "../graph/shape.js";
import type { Shape } from "../graph/value.js";
import { locateErrors } from "../keras-object.js";
import { lowerings } from "../lowering/registry.js";
import type { Compiled, Objective, OptimizerSlots } from "../network/compiled.js";
import type { ModelDefinition } from "../network/definition.js";
import { everyLayer } from "../network/layer-graph.js";
import { updatesWithEveryBatch } from "../optimizers/accumulation.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { PlanHost } from "../plan/host.js";
import type { Computation } from "../plan/session.js";
import type { Runtime, Session } from "../runtime/runtime.js";
import type { Tensor } from "../tensor.js";
import { ConstrainedWeights } from "./constrained-weights.js";
import { type InputType, inputNames, inputTypeOf } from "./forward.js";
import {
  evaluateComputation,
  gradientOutput,
  lossShape,
  predictComputation,
  requireTargets,
  requireWeights,
  type ScoredOutput,
  scoredOutputs,
  type TargetType,
  type TrainComputation,
  targetsName,
  trainComputation,
} from "./graphs.js";
import type { GivenInputs } from "./inputs.js";
import type { OwnSteps } from "./own-steps.js";
import { type Samples, type VariedImages, weightsIn } from "./samples.js";
import { type Completed, type Planner, SessionMaker } from "./session-maker.js";
import { inOnePlan, inTwoParts, type TakeStep, updatesIn } from "./take-step.js";
import { TrainingMemory } from "./training-memory.js";
import { type Step, TrainingStep } from "./training-step.js";

/**
 * The compiled graphs of a model, made when first needed and kept: one for each kind of input
 * (bytes or floats, one-hot or class numbers).
 */
export class Engine {
  readonly model: ModelDefinition;
  readonly compiled: Compiled | undefined;
  readonly #runtime: () => Promise<Runtime>;
  readonly #sessions = new Map<string, Promise<Session>>();
  readonly #maker: SessionMaker;
  #step: { readonly key: string; readonly step: Step } | undefined;
  #memory: TrainingMemory | undefined;
  #own: Promise<OwnSteps> | undefined;
  readonly #passes = new Set<Promise<unknown>>();
  #slots: OptimizerSlots;

  /** @throws TrazoError when the optimizer serves another model */
  constructor(
    model: ModelDefinition,
    runtime: () => Promise<Runtime>,
    compiled: Compiled | undefined,
    slots: OptimizerSlots = [],
  ) {
    compiled?.optimizer.serve(model.identity);
    this.model = model;
    this.#runtime = runtime;
    this.#maker = new SessionMaker(runtime, (name) => this.#arrayOf(name));
    this.compiled = compiled;
    this.#slots = slots;
  }

  /** @throws TrazoError when the model has not been compiled. */
  requireCompiled(what: string): Compiled {
    if (this.compiled) return this.compiled;
    throw new TrazoError(
      `${what} needs a compiled model: call model.compile({ optimizer, loss, metrics }) first.`,
    );
  }

  /**
   * The outputs that have a loss.
   *
   * @throws TrazoError when the model has not been compiled, or without a loss
   */
  requireScored(what: string): readonly ScoredOutput[] {
    const scored = scoredOutputs(this.model, this.requireCompiled(what));
    if (scored.length > 0) return scored;
    throw new TrazoError(
      `${what} needs a loss: call model.compile({ optimizer, loss }) first. The model was compiled without one.`,
    );
  }

  /** The optimizer's state so far, one list per trainable variable; empty before the first step. */
  get slots(): OptimizerSlots {
    return this.#memory?.slots() ?? this.#slots;
  }

  /** Puts another state in place of the optimizer's, one list per trainable variable. */
  restoreSlots(slots: OptimizerSlots): void {
    this.#slots = slots;
    for (const [i, arrays] of (this.#memory?.slots() ?? []).entries()) {
      for (const [k, array] of arrays.entries()) array.set(slots[i]?.[k] as Float32Array);
    }
  }

  /** Puts the moving averages of the weights in their places, where the optimizer keeps such. */
  settleAverages(): void {
    const { iterations = 0, averageSlot } = this.compiled?.optimizer ?? {};
    if (averageSlot === undefined || iterations === 0) return;
    const { slots } = this;
    for (const [i, variable] of this.model.trainableVariables.entries()) {
      const average = slots[i]?.[averageSlot];
      if (average) variable.data.set(average);
    }
  }

  /**
   * @param what names the data in errors, e.g. `validationData`
   * @throws TrazoError when the samples are not what the model takes or its loss can use
   */
  requireSamples(samples: Samples, what: string): void {
    const scored = this.requireScored(what);
    this.model.requireInput(samples.x.shape, what);
    for (const [i, output] of scored.entries()) {
      const y = targetsIn(samples, output);
      locateErrors(placeOf(output, what, scored), () =>
        this.#requireFit(output, targetTypeOf(samples, output)),
      );
      this.requireTargetValues(y, what, i);
    }
  }

  /**
   * @param output which of the outputs with a loss
   * @throws TrazoError for targets that the loss cannot use
   */
  requireTargetValues(y: Tensor, what: string, output: number): void {
    const scored = this.requireScored(what);
    const its = scored[output] as ScoredOutput;
    locateErrors(placeOf(its, what, scored), () => its.loss.checkTargets?.(y, this.#shapeOf(its)));
  }

  /** @throws TrazoError when targets or weights of a type are not what an output's loss takes */
  #requireFit(output: ScoredOutput, type: TargetType): void {
    const { loss } = output;
    const predictions = this.#shapeOf(output);
    requireTargets(loss, type.shape, predictions);
    const { weighted = [] } = type;
    if (weighted.length === 0) return;
    requireWeights([batch, ...weighted], lossShape(loss, type, predictions), `The loss "${loss.kerasName}"`);
  }

  #shapeOf({ index }: ScoredOutput): Shape {
    return this.model.outputs[index]?.tensor.shape ?? [];
  }

  /** @throws TrazoError for a layer with options from a file that cannot be trained */
  requireTrainable(what: string): void {
    for (const { layer, path } of everyLayer(this.model)) {
      if (!layer.unsupportedInTraining) continue;
      throw new TrazoError(
        `${what}: layer "${path}" was read with ${layer.unsupportedInTraining}, which is not supported in training. ` +
          "The model can be evaluated, asked to predict, and exported.",
      );
    }
  }

  async trainingStep(samples: Samples, batchSize: number): Promise<Step> {
    const { optimizer, ...objective } = this.requireCompiled("fit");
    const [input, targets] = this.#typesOf(samples, "fit");
    const { varied } = samples;
    // Images that are varied become floats, but a plan makes them of what they are.
    const images = varied && [varied.recipe, varied.source.dtype, varied.source.divisor ?? 1];
    const key = `${keyOf(input, targets)} ${batchSize} ${JSON.stringify(images)}`;
    if (this.#step?.key === key) return this.#step.step;
    await this.#step?.step.release();
    const { device, lowering } = await this.#runtime();
    const step =
      device && updatesWithEveryBatch(optimizer)
        ? await (await steppingOnDevice()).DeviceStep.create({
            model: this.model,
            objective,
            optimizer,
            memory: await this.#memoryOn(undefined),
            device,
            lowering: lowerings[lowering],
            input,
            targets,
            batchSize,
          })
        : await this.#hostStep({ objective, optimizer, input, targets, samples, batchSize });
    this.#step = { key, step };
    return step;
  }

  async #hostStep(settings: StepSettings): Promise<Step> {
    const { objective, optimizer, input, targets, samples, batchSize } = settings;
    const given = trainComputation(this.model, objective, input, targets);
    const { computation, planner, inputs } = await this.#completed(given, batchSize, samples.varied);
    const memory = await this.#memoryOn(planner?.host);
    const { session, take } = await this.#taking(computation, optimizer, memory, planner);
    const constrained = await ConstrainedWeights.create(this.model, await this.#runtime());
    const { model } = this;
    const { updated } = given;
    return new TrainingStep({
      ...{ model, objective, optimizer, memory, session, take, updated, inputs, constrained },
    });
  }

  /** A computation with what it is given besides batches and weights, which a plan makes itself as far as it can. */
  async #completed(given: TrainComputation, batchSize: number, varied?: VariedImages): Promise<Completed> {
    const planner = await this.#maker.plannerFor(given);
    if (given.noise.length === 0 && !(planner && varied)) return { computation: given, planner };
    const { StepInputs } = await import("./step-inputs.js");
    const inputs = await StepInputs.create(given, {
      varied,
      model: this.model,
      batchSize,
      isPlanned: planner !== undefined,
    });
    return {
      computation: { ...given, made: inputs.made },
      planner: planner && { ...planner, operators: inputs.operators(planner.operators) },
      inputs,
    };
  }

  /** What runs a training computation, and how a step is taken with it: in one plan, where all is in its memory. */
  async #taking(
    computation: TrainComputation,
    optimizer: Optimizer,
    memory: TrainingMemory,
    planner: Planner | undefined,
  ): Promise<{ readonly session: Session; readonly take: TakeStep }> {
    const { trainableVariables } = this.model;
    const updates =
      planner && memory.within === planner.host.memory
        ? updatesIn(optimizer, memory, trainableVariables)
        : undefined;
    if (planner && updates) {
      const session = await this.#maker.plan({ ...computation, updates }, planner);
      return { session, take: inOnePlan(session, optimizer) };
    }
    const session = await this.#maker.load(computation, planner);
    return { session, take: inTwoParts(session, optimizer, memory, trainableVariables) };
  }

  /** Weights, gradients and slots in the memory where they are trained. */
  async #memoryOn(host: PlanHost | undefined): Promise<TrainingMemory> {
    const { optimizer } = this.requireCompiled("Training");
    this.#memory ??= await TrainingMemory.create(
      this.model,
      optimizer,
      this.#slots,
      host?.memory,
      host?.teamFor(this.model.trainableVariables.reduce((sum, { size }) => sum + size, 0)),
    );
    return this.#memory;
  }

  /**
   * Steps of a program's own.
   *
   * @throws TrazoError when the model has not been compiled
   */
  ownSteps(what: string): Promise<OwnSteps> {
    const { optimizer } = this.requireCompiled(what);
    if (this.#own) return this.#own;
    const made = steppingByHand().then(
      ({ OwnSteps }) =>
        new OwnSteps({
          model: this.model,
          optimizer,
          sessions: this.#maker,
          runtime: this.#runtime,
          completed: (computation, count) => this.#completed(computation, count),
          memoryOn: (host) => this.#memoryOn(host),
        }),
    );
    this.#own = made;
    // What failed is not kept, so that the next call tries again.
    made.catch(() => {
      if (this.#own === made) this.#own = undefined;
    });
    return made;
  }

  evaluator(samples: Samples): Promise<Session> {
    const objective = this.requireCompiled("evaluate");
    const [input, targets] = this.#typesOf(samples, "evaluate");
    return this.#session(`evaluate ${keyOf(input, targets)}`, () =>
      evaluateComputation(this.model, objective, input, targets),
    );
  }

  #typesOf(samples: Samples, what: string): readonly [readonly InputType[], readonly TargetType[]] {
    const targets = this.requireScored(what).map((output) => targetTypeOf(samples, output));
    return [inputTypesOf(this.model, samples), targets];
  }

  predictor(given: GivenInputs): Promise<Session> {
    const input = inputTypesOf(this.model, given);
    return this.#session(`predict ${typesText(input)}`, () => predictComputation(this.model, input));
  }

  /** What runs the graphs. */
  runtime(): Promise<Runtime> {
    return this.#runtime();
  }

  /** Runs a pass over some data with the sessions of this engine, which `release` waits for. */
  async hold<T>(pass: () => Promise<T>): Promise<T> {
    const running = pass();
    this.#passes.add(running);
    try {
      return await running;
    } finally {
      this.#passes.delete(running);
    }
  }

  /** Whether passes held with `hold` are running. */
  get isHeld(): boolean {
    return this.#passes.size > 0;
  }

  /**
   * Refuses a change of weights that a training step is using.
   *
   * @throws TrazoError while one is being computed
   */
  requireNoStep(what: string): void {
    if (!this.#step?.step.isRunning) return;
    throw new TrazoError(
      `${what}: a training step of this model is being computed. Change the weights in a callback, or wait for fit to end.`,
    );
  }

  /** Frees all native memory once the passes that are running have ended. Weights and optimizer state stay. */
  async release(): Promise<void> {
    while (this.#passes.size > 0) await Promise.allSettled(this.#passes);
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    await this.#step?.step.release();
    this.#step = undefined;
    await (await this.#own)?.release();
    this.#own = undefined;
    for (const session of sessions) await (await session).release();
    this.#maker.release();
  }

  #session(key: string, computation: () => Computation): Promise<Session> {
    const known = this.#sessions.get(key);
    if (known) return known;
    // The runtime comes first, so that its failure is one of what is awaited.
    const made = this.#runtime().then(async () => {
      const wanted = computation();
      return await this.#maker.load(wanted, await this.#maker.plannerFor(wanted));
    });
    this.#sessions.set(key, made);
    // What failed is not kept: it would fail again when it is to be released.
    made.catch(() => this.#sessions.delete(key));
    return made;
  }

  /** Where gradients go. */
  #arrayOf(name: string): Float32Array | undefined {
    const at = this.model.trainableVariables.findIndex((variable) => gradientOutput(variable) === name);
    return at < 0 ? undefined : this.#memory?.gradients()[at]?.data;
  }
}

interface StepSettings {
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly input: readonly InputType[];
  readonly targets: readonly TargetType[];
  /** Of a whole batch, for their types. */
  readonly samples: Samples;
  readonly batchSize: number;
}

const steppingByHand = () => import("./own-steps.js");
const steppingOnDevice = () => import("./device-step.js");

function targetTypeOf(samples: Samples, output: ScoredOutput): TargetType {
  const { dtype, shape } = targetsIn(samples, output);
  const weighted = weightsIn(samples, output.weightName).shape.slice(1);
  return { dtype, shape: [batch, ...shape.slice(1)], weighted };
}

const targetsIn = ({ y, others }: Samples, output: ScoredOutput): Tensor =>
  output.targetsName === targetsName ? y : (others?.[output.targetsName] as Tensor);

/** Where targets are wrong, in words: with several outputs, in which of them. */
const placeOf = ({ name }: ScoredOutput, what: string, scored: readonly ScoredOutput[]): string =>
  scored.length > 1 ? `${what}: output "${name}"` : what;

const inputTypesOf = (model: ModelDefinition, { x, others = {} }: GivenInputs): readonly InputType[] =>
  inputNames(model).map((name, i) => inputTypeOf(i === 0 ? x : (others[name] as Tensor)));

const typesText = (inputs: readonly InputType[]): string =>
  inputs.map(({ dtype, divisor }) => `${dtype}/${divisor}`).join(" ");

function keyOf(inputs: readonly InputType[], targets: readonly TargetType[]): string {
  return `${typesText(inputs)} ${targets.map(({ dtype, shape, weighted }) => `${dtype}${formatShape(shape)}${weighted}`).join(" ")}`;
}
