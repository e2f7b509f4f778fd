import type { Objective } from "../network/compiled.js";
import type { ModelDefinition } from "../network/definition.js";
import { allMetrics } from "../network/objective.js";
import type { Variable } from "../network/variable.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Feeds, Session } from "../runtime/runtime.js";
import type { Tensor } from "../tensor.js";
import type { ConstrainedWeights } from "./constrained-weights.js";
import { inputName } from "./forward.js";
import { lossName, metricOutput, nextOutput, outputLoss, sampleWeightName, targetsName } from "./graphs.js";
import { countSamples, type Samples } from "./samples.js";
import type { StepInputs } from "./step-inputs.js";
import type { TakeStep } from "./take-step.js";
import type { TrainingMemory } from "./training-memory.js";

/** What one batch gave: its mean loss (penalties included) and what it adds to the metrics' states, in the order of `allMetrics`. */
export interface StepResult {
  readonly loss: number;
  /** Each output's own mean loss, where there are several. */
  readonly outputLosses: readonly number[];
  readonly metricSums: readonly number[];
}

/** The names under which a batch is fed. */
export function feedsOf({ x, others, y, sampleWeight }: Samples): Feeds {
  return { [inputName]: x, ...others, [targetsName]: y, [sampleWeightName]: sampleWeight };
}

/** Reads loss and metric sums from a session's outputs. */
export function readScores(outputs: Feeds, objective: Objective): StepResult {
  const numbers = (name: string): number[] => Array.from((outputs[name] as Tensor).data, Number);
  return {
    loss: numbers(lossName)[0] as number,
    outputLosses: objective.outputs.flatMap(({ lossKey }) =>
      lossKey === undefined ? [] : numbers(outputLoss(lossKey)),
    ),
    metricSums: allMetrics(objective).flatMap(({ metric }) => numbers(metricOutput(metric))),
  };
}

/** Makes an error of a loss that is not finite, and of what was fed. */
export type Refuse = (loss: number, feeds: Feeds) => Promise<Error>;

/** A compiled training step: feed it a batch, and the weights move. */
export abstract class Step {
  #isRunning = false;

  /** Whether a step is being computed: its weights must stay as they are until it ends. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /**
   * @param refuse asked, before anything is updated, for an error to throw when the loss is not finite. Default: the step is
   * taken all the same.
   */
  async run(batch: Samples, refuse?: Refuse): Promise<StepResult> {
    this.#isRunning = true;
    try {
      return await this.take(batch, refuse);
    } finally {
      this.#isRunning = false;
    }
  }

  protected abstract take(batch: Samples, refuse: Refuse | undefined): Promise<StepResult>;
  /** Puts weights and optimizer slots where others find them. Absent: that is where they are. */
  settle?(): Promise<void>;
  /** A training has ended: settles, and forgets the data. Absent: there is nothing to do. */
  rest?(): Promise<void>;
  abstract release(): Promise<void>;
}

/** What a training step is made of whose weights lie in the process's own memory. */
export interface TrainingStepParts {
  readonly model: ModelDefinition;
  readonly objective: Objective;
  readonly optimizer: Optimizer;
  readonly memory: TrainingMemory;
  /** Runs the computation. */
  readonly session: Session;
  /** Takes a step with it and the optimizer. */
  readonly take: TakeStep;
  /** Weights that the forward pass changes. */
  readonly updated: readonly Variable[];
  /** Absent: the step needs nothing but batches. */
  readonly inputs: StepInputs | undefined;
  /** The weights with constraints; absent where there are none. */
  readonly constrained: ConstrainedWeights | undefined;
}

/** The training step whose weights lie in the process's own memory. */
export class TrainingStep extends Step {
  readonly #parts: TrainingStepParts;
  readonly #weights: WeightFeeds;

  constructor(parts: TrainingStepParts) {
    super();
    this.#parts = parts;
    this.#weights = new WeightFeeds(parts.model.variables);
  }

  protected override async take(batch: Samples, refuse: Refuse | undefined): Promise<StepResult> {
    const { objective, optimizer, memory, take, updated, inputs, constrained } = this.#parts;
    memory.adoptWeights();
    const { iterations } = optimizer;
    const moment = { count: countSamples(batch), iterations, varied: batch.varied };
    const feeds = Object.assign(this.#weights.now(), feedsOf(batch), inputs?.feeds(moment));
    const refusing = async (loss: number): Promise<Error> =>
      (refuse as Refuse)(loss, { ...feeds, ...(await inputs?.masks(moment)) });
    const { outputs, penalty } = await take(feeds, refuse && refusing);
    const { loss, ...scores } = readScores(outputs, objective);
    await constrained?.apply();
    adoptUpdates(updated, outputs);
    return { ...scores, loss: loss + penalty };
  }

  async release(): Promise<void> {
    await this.#parts.constrained?.release();
    await this.#parts.session.release();
  }
}

/** Every weight under its path, step after step: only those that have moved to other memory are named anew. */
class WeightFeeds {
  readonly #variables: readonly Variable[];
  /** The others of a step are put beside them: a copy of them all takes longer than what changes. */
  readonly #feeds: Record<string, Tensor>;
  readonly #fed: Tensor[];

  constructor(variables: readonly Variable[]) {
    this.#variables = variables;
    this.#fed = variables.map(({ tensor }) => tensor);
    this.#feeds = Object.fromEntries(variables.map(({ path }, i) => [path, this.#fed[i] as Tensor]));
  }

  /** Valid until the next call. */
  now(): Record<string, Tensor> {
    for (const [i, variable] of this.#variables.entries()) {
      if (this.#fed[i]?.data === variable.data) continue;
      const { path, tensor } = variable;
      this.#fed[i] = tensor;
      this.#feeds[path] = tensor;
    }
    return this.#feeds;
  }
}

/** Puts the values in place that the forward pass has given to weights, such as moving averages. */
export function adoptUpdates(updated: readonly Variable[], outputs: Feeds): void {
  for (const variable of updated) {
    variable.data.set((outputs[nextOutput(variable.path)] as Tensor<"float32">).data);
  }
}

/** Every weight under its path. */
export function weightFeeds(variables: readonly Variable[]): Feeds {
  return Object.fromEntries(variables.map((variable) => [variable.path, variable.tensor]));
}
