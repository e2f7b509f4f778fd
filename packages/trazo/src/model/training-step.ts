import type { Objective } from "../network/compiled.js";
import type { ModelDefinition } from "../network/definition.js";
import { allMetrics } from "../network/objective.js";
import type { Variable } from "../network/variable.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { randomStream } from "../random/derive.js";
import type { Feeds, Session } from "../runtime/runtime.js";
import type { Tensor } from "../tensor.js";
import type { ConstrainedWeights } from "./constrained-weights.js";
import { inputName } from "./forward.js";
import {
  lossName,
  metricOutput,
  nextOutput,
  outputLoss,
  sampleWeightName,
  type TrainComputation,
  targetsName,
} from "./graphs.js";
import type { Samples } from "./samples.js";
import { countSamples } from "./samples.js";
import type { TakeStep } from "./take-step.js";
import { NoiseMemory, type TrainingMemory } from "./training-memory.js";

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

/** The training step whose weights lie in the process's own memory. */
export class TrainingStep extends Step {
  readonly #model: ModelDefinition;
  readonly #objective: Objective;
  readonly #optimizer: Optimizer;
  readonly #memory: TrainingMemory;
  readonly #session: Session;
  readonly #take: TakeStep;
  readonly #updated: readonly Variable[];
  readonly #noise: NoiseMemory;
  readonly #constrained: ConstrainedWeights | undefined;

  private constructor(parts: {
    model: ModelDefinition;
    objective: Objective;
    optimizer: Optimizer;
    memory: TrainingMemory;
    session: Session;
    take: TakeStep;
    updated: readonly Variable[];
    noise: NoiseMemory;
    constrained: ConstrainedWeights | undefined;
  }) {
    super();
    this.#model = parts.model;
    this.#objective = parts.objective;
    this.#optimizer = parts.optimizer;
    this.#memory = parts.memory;
    this.#session = parts.session;
    this.#take = parts.take;
    this.#updated = parts.updated;
    this.#noise = parts.noise;
    this.#constrained = parts.constrained;
  }

  /**
   * @param session runs the computation
   * @param take with it, and the optimizer, a step is taken
   * @param constrained the weights with constraints; absent where there are none
   */
  static async create(
    model: ModelDefinition,
    objective: Objective,
    optimizer: Optimizer,
    memory: TrainingMemory,
    { noise: inputs, updated }: TrainComputation,
    session: Session,
    take: TakeStep,
    batchSize: number,
    constrained?: ConstrainedWeights,
  ): Promise<TrainingStep> {
    const noise = await NoiseMemory.create(inputs, batchSize);
    return new TrainingStep({
      ...{ model, objective, optimizer, memory, session, take, updated, noise, constrained },
    });
  }

  protected override async take(batch: Samples, refuse: Refuse | undefined): Promise<StepResult> {
    this.#memory.adoptWeights();
    const feeds = {
      ...feedsOf(batch),
      ...weightFeeds(this.#model.variables),
      ...drawNoise(this.#noise, countSamples(batch), this.#model.seed, this.#optimizer.iterations),
    };
    const { outputs, penalty } = await this.#take(feeds, refuse && ((loss) => refuse(loss, feeds)));
    const { loss, ...scores } = readScores(outputs, this.#objective);
    await this.#constrained?.apply();
    adoptUpdates(this.#updated, outputs);
    return { ...scores, loss: loss + penalty };
  }

  async release(): Promise<void> {
    await this.#constrained?.release();
    await this.#session.release();
  }
}

/** Masks follow from the model's seed, the layer's name and the step, whatever else the model holds. */
export function drawNoise(noise: NoiseMemory, batchSize: number, seed: number, iterations: number): Feeds {
  if (noise.noise.length === 0) return {};
  return noise.draw(batchSize, (name) => {
    const stream = randomStream(seed, name, iterations);
    return [stream.nextUint32(), stream.nextUint32()];
  });
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
