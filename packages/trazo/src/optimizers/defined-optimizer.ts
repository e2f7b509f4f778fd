import { type JsonObject, TrazoError } from "../errors.js";
import { Graph } from "../graph/graph.js";
import { bounds, flush, guardedEvery } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import type { Stream } from "../kernels/emit/stream.js";
import type { Kernels } from "../kernels/kernels.js";
import { serializeSchedule } from "../schedules/registry.js";
import type { LearningRateSchedule } from "../schedules/schedule.js";
import type { FloatKeys, KeptOptions } from "../schema/define.js";
import { accumulatorSlotName, gatherStream, meanStream } from "./accumulation.js";
import { BoundStreams } from "./bound-streams.js";
import { type CommonOptions, readClipping, requireRate } from "./common-options.js";
import type { UpdateInputs, UpdateOutputs } from "./definition.js";
import {
  averaged,
  averageNumbers,
  averageScalars,
  averageSlotName,
  type MovingAverage,
} from "./moving-average.js";
import type {
  Clipping,
  Optimizer,
  ServedModel,
  UpdatedVariable,
  UpdatePass,
  VariableSpan,
} from "./optimizer.js";
import { scalar } from "./scalar.js";
import { type Numbers, UpdateKernels } from "./update-kernels.js";

/** What tells one optimizer from another: a definition with its options filled in. */
export interface Method {
  readonly className: string;
  readonly registeredName: string | undefined;
  readonly slots: readonly string[];
  /** What a slot holds before the first step, by its name. */
  readonly initialSlots: Readonly<Record<string, number | undefined>>;
  readonly sideBySide: number;
  readonly common: KeptOptions<CommonOptions>;
  /** The numbers that the method adds to the learning rate. */
  readonly scalars: readonly { readonly name: string; at(step: number, learningRate: number): number }[];
  update(inputs: Omit<UpdateInputs<unknown, string, string>, "options">): UpdateOutputs<string>;
  storedAfterSlots?: ((steps: number) => number) | undefined;
  /** Keras's configuration, with the rate that was given. */
  readonly config: JsonObject;
  readonly floatKeys: FloatKeys;
}

/** A method with what every optimizer has: the rate in force, the count of steps, averages of weights, gathered gradients. */
export class DefinedOptimizer implements Optimizer {
  readonly className: string;
  readonly registeredName: string | undefined;
  readonly slots: readonly string[];
  readonly initialSlots: readonly number[];
  readonly leadingSlots: number;
  readonly averageSlot: number | undefined;
  readonly sideBySide: number;
  readonly scalars: readonly string[];
  readonly schedule: LearningRateSchedule | undefined;
  readonly clipping: Clipping;
  readonly weightDecay: number;
  iterations = 0;
  readonly #method: Method;
  readonly #average: MovingAverage | undefined;
  /** Batches per step. */
  readonly #batches: number;
  readonly #kernels = new UpdateKernels(this);
  readonly #streams = new BoundStreams();
  #learningRate = 0;
  #model: ServedModel | undefined;

  /** @throws TrazoError for more than one clipping */
  constructor(method: Method) {
    const { learningRate, weightDecay, gradientAccumulationSteps, ...common } = method.common;
    this.#method = method;
    this.#average = common.useEma
      ? { momentum: common.emaMomentum, overwriteFrequency: common.emaOverwriteFrequency }
      : undefined;
    this.#batches = gradientAccumulationSteps ?? 1;
    const leading = [
      ...(this.#average ? [averageSlotName] : []),
      ...(this.#batches > 1 ? [accumulatorSlotName] : []),
    ];
    this.className = method.className;
    this.registeredName = method.registeredName;
    this.slots = [...leading, ...method.slots];
    this.initialSlots = this.slots.map((name) => method.initialSlots[name] ?? 0);
    this.leadingSlots = leading.length;
    this.averageSlot = this.#average ? 0 : undefined;
    this.sideBySide = method.sideBySide;
    this.scalars = [
      rateName,
      ...method.scalars.map(({ name }) => name),
      ...(this.#average ? averageScalars(this.#average) : []),
    ];
    this.clipping = readClipping(common);
    this.weightDecay = weightDecay;
    if (typeof learningRate === "object") this.schedule = learningRate;
    else this.#learningRate = learningRate;
  }

  get learningRate(): number {
    return this.schedule ? this.schedule.at(this.iterations) : this.#learningRate;
  }

  set learningRate(rate: number) {
    if (this.schedule) {
      throw new TrazoError(
        `The learning rate cannot be set to ${rate}: the schedule ${this.schedule.className} decides it. ` +
          "Give the optimizer a number to set the rate yourself, or from a callback.",
      );
    }
    this.#learningRate = requireRate(rate, `${this.className} learningRate`);
  }

  serve(model: ServedModel): void {
    if (this.#model && this.#model !== model) {
      throw new TrazoError(
        `This ${this.className} optimizer is already bound to the model "${this.#model.name}", whose state it holds. ` +
          "Create one optimizer per model, or pass its name to compile.",
      );
    }
    this.#model = model;
  }

  scalarsAt(iterations: number, learningRate: number): Record<string, number> {
    const steps = this.#stepsIn(iterations);
    const own = this.#method.scalars.map(({ name, at }) => [name, at(steps + 1, learningRate)]);
    return {
      [rateName]: learningRate,
      ...Object.fromEntries(own),
      ...(this.#average ? averageNumbers(this.#average, steps) : {}),
    };
  }

  storedAfterSlots(): number | undefined {
    return this.#method.storedAfterSlots?.(this.#stepsIn(this.iterations));
  }

  accumulate(kernels: Kernels, spans: readonly VariableSpan[]): boolean {
    if (this.#batches === 1) return true;
    const isDue = (this.iterations + 1) % this.#batches === 0;
    const gather = isDue
      ? this.#streams.get(kernels, "mean", meanStream)
      : this.#streams.get(kernels, "gather", gatherStream);
    for (const { g, slots, length } of spans) {
      gather([g, slots[this.leadingSlots - 1] as number], length, isDue ? [1 / this.#batches] : []);
    }
    if (!isDue && this.#average) this.#averageAll(kernels, spans, this.#average);
    return isDue;
  }

  formula(
    p: Value,
    g: Value,
    slots: readonly Value[],
    scalars: Readonly<Record<string, Value>>,
  ): UpdatedVariable {
    const { leadingSlots } = this;
    const own = this.#method.slots;
    const next = this.#method.update({
      p,
      g: flush(g, bounds.gradient),
      slots: Object.fromEntries(own.map((name, i) => [name, this.#slot(slots, leadingSlots + i)])),
      learningRate: scalar(scalars, rateName),
      scalars: Object.fromEntries(
        this.#method.scalars.map(({ name }) => [name, scalar<Value>(scalars, name)]),
      ),
    });
    const moved = flush(next.p, bounds.weight);
    const ownSlots = own.map((name) => this.#next(next.slots, name));
    if (!this.#average) return { p: moved, slots: [...slots.slice(0, leadingSlots), ...ownSlots] };
    const { p: kept, average } = averaged(moved, this.#slot(slots, 0), scalars);
    return { p: kept, slots: [average, ...slots.slice(1, leadingSlots), ...ownSlots] };
  }

  update(kernels: Kernels, span: VariableSpan, scalars: Scalars): number {
    return this.#kernels.run(kernels, span, this.#numbers(scalars));
  }

  pass(span: VariableSpan): UpdatePass {
    return this.#kernels.pass(span, this.weightDecay !== 0);
  }

  passNumbers(scalars: Scalars): readonly number[] {
    return this.#kernels.passNumbers(this.#numbers(scalars));
  }

  getConfig(): JsonObject {
    const rate = this.schedule ? serializeSchedule(this.schedule) : this.#learningRate;
    return { ...this.#method.config, [rateName]: rate };
  }

  floatKeys(): FloatKeys {
    return this.#method.floatKeys;
  }

  #numbers(scalars: Scalars): Numbers {
    const guards = this.#stepsIn(this.iterations) % guardedEvery === 0;
    return { scalars, decay: this.#decay(scalars), guards };
  }

  #decay(scalars: Scalars): number {
    return this.weightDecay === 0 ? 0 : this.weightDecay * scalar(scalars, rateName);
  }

  /** The optimizer's steps in a number of batches. */
  #stepsIn(iterations: number): number {
    return Math.floor(iterations / this.#batches);
  }

  /** Keras moves the averages with every batch, also where the weights stay. */
  #averageAll(kernels: Kernels, spans: readonly VariableSpan[], average: MovingAverage): void {
    const names = averageScalars(average);
    const move = this.#streams.get(kernels, "average", () => averageStream(names));
    const numbers = averageNumbers(average, this.#stepsIn(this.iterations));
    for (const { p, slots, length } of spans) {
      move(
        [p, slots[0] as number],
        length,
        names.map((name) => scalar(numbers, name)),
      );
    }
  }

  #slot(slots: readonly Value[], i: number): Value {
    const value = slots[i];
    if (value) return value;
    throw new TrazoError(
      `${this.className} needs ${this.slots.length} slots, but ${slots.length} were given.`,
    );
  }

  #next(slots: Readonly<Record<string, Value | undefined>>, name: string): Value {
    const value = slots[name];
    if (value) return value;
    throw new TrazoError(`The update of ${this.className} gives no new value for its slot "${name}".`);
  }
}

/** Moves the averages alone. Arrays: the weight and its average. */
function averageStream(names: readonly string[]): Stream {
  const graph = new Graph();
  const [p, average] = [graph.input("p", "float32", []), graph.input("average", "float32", [])];
  const scalars = names.map((name) => graph.input(name, "float32", []));
  const next = averaged(p, average, Object.fromEntries(names.map((name, i) => [name, scalars[i] as Value])));
  return {
    arrays: [p, average],
    scalars,
    stores: new Map([
      [average, next.average],
      [p, next.p],
    ]),
  };
}

type Scalars = Readonly<Record<string, number>>;

/** Among the scalars, among the inputs of the exported training step, and in configurations. */
const rateName = "learning_rate";
