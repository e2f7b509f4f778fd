import { type JsonObject, TrazoError } from "../errors.js";
import { bounds, flush } from "../graph/subnormals.js";
import type { Value } from "../graph/value.js";
import type { Kernels } from "../kernels/kernels.js";
import { serializeSchedule } from "../schedules/registry.js";
import type { LearningRateSchedule } from "../schedules/schedule.js";
import type {
  Clipping,
  Optimizer,
  OptimizerOptions,
  ServedModel,
  UpdatedVariable,
  VariableSpan,
} from "./optimizer.js";
import { readClipping, requireNonNegative } from "./options.js";
import { scalar } from "./scalar.js";
import { UpdateKernels } from "./update-kernels.js";

/** The numbers of one step, by name. `learning_rate` is always among them. */
export type Scalars = Readonly<Record<string, number>>;

/** What tells one optimiser from another. It has no state: that is the optimiser's and the variables'. */
export interface UpdateRule {
  readonly className: string;
  /** Keras's default for the configuration's `name`. */
  readonly name: string;
  readonly slots: readonly string[];
  readonly scalars: readonly string[];
  /** The numbers that the rule adds to `learning_rate`. */
  scalarsAt(iterations: number, learningRate: number): Scalars;
  /** Flushes its slots; the optimizer flushes the gradient before it and the weight after it (src/graph/subnormals.ts). */
  formula(
    p: Value,
    g: Value,
    slots: readonly Value[],
    scalars: Readonly<Record<string, Value>>,
  ): UpdatedVariable;
  /** The rule's own entries of the configuration, in Keras's order. */
  readonly config: JsonObject;
}

/**
 * The i-th slot. @throws TrazoError when the caller gave too few
 */
export function slot(slots: readonly Value[], i: number): Value {
  const value = slots[i];
  if (!value) throw new TrazoError(`The update needs more than the ${slots.length} slots that were given.`);
  return value;
}

/** An update rule with the state that every optimiser has: the rate in force and the count of steps. */
export class RuleOptimizer implements Optimizer {
  readonly schedule: LearningRateSchedule | undefined;
  readonly clipping: Clipping;
  readonly weightDecay: number;
  iterations = 0;
  readonly #rule: UpdateRule;
  readonly #kernels = new UpdateKernels(this);
  #learningRate = 0;
  #model: ServedModel | undefined;

  /** @throws TrazoError for a negative rate or decay, and for more than one clipping */
  constructor(
    rule: UpdateRule,
    options: OptimizerOptions & { readonly learningRate: NonNullable<OptimizerOptions["learningRate"]> },
  ) {
    this.#rule = rule;
    this.clipping = readClipping(options);
    this.weightDecay = requireNonNegative("weightDecay", options.weightDecay ?? 0);
    if (typeof options.learningRate === "object") this.schedule = options.learningRate;
    else this.#learningRate = requireNonNegative("learningRate", options.learningRate);
  }

  get className(): string {
    return this.#rule.className;
  }

  get slots(): readonly string[] {
    return this.#rule.slots;
  }

  get scalars(): readonly string[] {
    return this.#rule.scalars;
  }

  get learningRate(): number {
    return this.schedule ? this.schedule.at(this.iterations) : this.#learningRate;
  }

  set learningRate(rate: number) {
    if (this.schedule) {
      throw new TrazoError(
        `The learning rate cannot be set to ${rate}: the schedule ${this.schedule.className} decides it. ` +
          "Give the optimiser a number to set the rate yourself, or from a callback.",
      );
    }
    this.#learningRate = requireNonNegative("learningRate", rate);
  }

  serve(model: ServedModel): void {
    if (this.#model && this.#model !== model) {
      throw new TrazoError(
        `This ${this.className} optimiser already serves the model "${this.#model.name}", with whose weights its state goes. ` +
          "Make one for each model, or name it in compile.",
      );
    }
    this.#model = model;
  }

  scalarsAt(iterations: number, learningRate: number): Record<string, number> {
    return { learning_rate: learningRate, ...this.#rule.scalarsAt(iterations, learningRate) };
  }

  formula(
    p: Value,
    g: Value,
    slots: readonly Value[],
    scalars: Readonly<Record<string, Value>>,
  ): UpdatedVariable {
    const next = this.#rule.formula(p, flush(g, bounds.gradient), slots, scalars);
    return { p: flush(next.p, bounds.weight), slots: next.slots };
  }

  update(kernels: Kernels, span: VariableSpan, scalars: Scalars): number {
    const decay = this.weightDecay === 0 ? 0 : this.weightDecay * scalar(scalars, "learning_rate");
    return this.#kernels.run(kernels, span, { scalars, decay });
  }

  getConfig(): JsonObject {
    const { clipnorm, globalClipnorm, clipvalue } = this.clipping;
    return {
      name: this.#rule.name,
      learning_rate: this.schedule ? serializeSchedule(this.schedule) : this.#learningRate,
      weight_decay: this.weightDecay === 0 ? null : this.weightDecay,
      clipnorm: clipnorm ?? null,
      global_clipnorm: globalClipnorm ?? null,
      clipvalue: clipvalue ?? null,
      use_ema: false,
      ema_momentum: 0.99,
      ema_overwrite_frequency: null,
      ...this.#rule.config,
    };
  }
}
