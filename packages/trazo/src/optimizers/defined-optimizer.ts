import { type JsonObject, TrazoError } from "../errors.js";
import { bounds, flush } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import { serializeSchedule } from "../schedules/registry.js";
import type { LearningRateSchedule } from "../schedules/schedule.js";
import type { FloatKeys, KeptOptions } from "../schema/define.js";
import { type CommonOptions, readClipping, requireRate } from "./common-options.js";
import type { UpdateInputs, UpdateOutputs } from "./definition.js";
import type { Clipping, Optimizer, ServedModel, UpdatedVariable, VariableSpan } from "./optimizer.js";
import { scalar } from "./scalar.js";
import { UpdateKernels } from "./update-kernels.js";

/** What tells one optimizer from another: a definition with its options filled in. */
export interface Method {
  readonly className: string;
  readonly registeredName: string | undefined;
  readonly slots: readonly string[];
  readonly sideBySide: number;
  readonly common: KeptOptions<CommonOptions>;
  /** The numbers that the method adds to the learning rate. */
  readonly scalars: readonly { readonly name: string; at(step: number, learningRate: number): number }[];
  update(inputs: Omit<UpdateInputs<unknown, string, string>, "options">): UpdateOutputs<string>;
  /** Keras's configuration, with the rate that was given. */
  readonly config: JsonObject;
  readonly floatKeys: FloatKeys;
}

/** A method with the state that every optimizer has: the rate in force and the count of steps. */
export class DefinedOptimizer implements Optimizer {
  readonly className: string;
  readonly registeredName: string | undefined;
  readonly slots: readonly string[];
  readonly sideBySide: number;
  readonly scalars: readonly string[];
  readonly schedule: LearningRateSchedule | undefined;
  readonly clipping: Clipping;
  readonly weightDecay: number;
  iterations = 0;
  readonly #method: Method;
  readonly #kernels = new UpdateKernels(this);
  #learningRate = 0;
  #model: ServedModel | undefined;

  /** @throws TrazoError for more than one clipping */
  constructor(method: Method) {
    const { learningRate, weightDecay } = method.common;
    this.#method = method;
    this.className = method.className;
    this.registeredName = method.registeredName;
    this.slots = method.slots;
    this.sideBySide = method.sideBySide;
    this.scalars = [rateName, ...method.scalars.map(({ name }) => name)];
    this.clipping = readClipping(method.common);
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
        `This ${this.className} optimizer already serves the model "${this.#model.name}", with whose weights its state goes. ` +
          "Make one for each model, or name it in compile.",
      );
    }
    this.#model = model;
  }

  scalarsAt(iterations: number, learningRate: number): Record<string, number> {
    const own = this.#method.scalars.map(({ name, at }) => [name, at(iterations + 1, learningRate)]);
    return { [rateName]: learningRate, ...Object.fromEntries(own) };
  }

  formula(
    p: Value,
    g: Value,
    slots: readonly Value[],
    scalars: Readonly<Record<string, Value>>,
  ): UpdatedVariable {
    const next = this.#method.update({
      p,
      g: flush(g, bounds.gradient),
      slots: Object.fromEntries(this.slots.map((name, i) => [name, this.#slot(slots, i)])),
      learningRate: scalar(scalars, rateName),
      scalars: Object.fromEntries(
        this.#method.scalars.map(({ name }) => [name, scalar<Value>(scalars, name)]),
      ),
    });
    return { p: flush(next.p, bounds.weight), slots: this.slots.map((name) => this.#next(next.slots, name)) };
  }

  update(kernels: Parameters<Optimizer["update"]>[0], span: VariableSpan, scalars: Scalars): number {
    const decay = this.weightDecay === 0 ? 0 : this.weightDecay * scalar(scalars, rateName);
    return this.#kernels.run(kernels, span, { scalars, decay });
  }

  getConfig(): JsonObject {
    const rate = this.schedule ? serializeSchedule(this.schedule) : this.#learningRate;
    return { ...this.#method.config, [rateName]: rate };
  }

  floatKeys(): FloatKeys {
    return this.#method.floatKeys;
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

type Scalars = Readonly<Record<string, number>>;

/** Among the scalars, among the inputs of the exported training step, and in configurations. */
const rateName = "learning_rate";
