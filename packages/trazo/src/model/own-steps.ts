import { TrazoError } from "../errors.js";
import type { ModelDefinition } from "../network/definition.js";
import { applyUpdates } from "../optimizers/apply.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { PlanHost } from "../plan/host.js";
import type { Runtime, Session } from "../runtime/runtime.js";
import type { Tensor } from "../tensor.js";
import { ConstrainedWeights } from "./constrained-weights.js";
import { gradientOutput, lossName, type TrainComputation } from "./graphs.js";
import {
  countGiven,
  givenName,
  type OwnLoss,
  type OwnTensors,
  ownComputation,
  typesOfGiven,
  type ValueAndGradients,
} from "./own-step.js";
import type { Completed, SessionMaker } from "./session-maker.js";
import type { StepInputs } from "./step-inputs.js";
import type { TrainingMemory } from "./training-memory.js";
import { adoptUpdates, weightFeeds } from "./training-step.js";

/** What a loss of one's own was made into. */
interface OwnSession {
  readonly key: string;
  /** Samples that there is room for. */
  readonly count: number;
  readonly computation: TrainComputation;
  readonly session: Session;
  readonly inputs: StepInputs | undefined;
}

/** Programs have a few losses; one that makes a new function for every step should not keep all of them. */
const mostOwn = 8;

/** What the steps of a program's own work with. */
export interface OwnStepParts {
  readonly model: ModelDefinition;
  readonly optimizer: Optimizer;
  readonly sessions: SessionMaker;
  runtime(): Promise<Runtime>;
  /** A computation with what is made for every step of so many samples. */
  completed(computation: TrainComputation, count: number): Promise<Completed>;
  /** Weights, gradients and slots in the memory where they are trained. */
  memoryOn(host: PlanHost | undefined): Promise<TrainingMemory>;
}

/** Losses of a program's own with their gradients, and steps with gradients that it made. */
export class OwnSteps {
  readonly #parts: OwnStepParts;
  readonly #own = new Map<OwnLoss, OwnSession>();

  constructor(parts: OwnStepParts) {
    this.#parts = parts;
  }

  /** The value of a loss of one's own, with the gradients of the trainable weights; moving averages follow the data. */
  async valueAndGradients(loss: OwnLoss, data: OwnTensors, training: boolean): Promise<ValueAndGradients> {
    const { model, optimizer, sessions, memoryOn } = this.#parts;
    const count = countGiven(data);
    const { computation, session, inputs } = await this.#ownSession(loss, data, training, count);
    const memory = await memoryOn((await sessions.plannerFor(computation))?.host);
    memory.adoptWeights();
    const gradients = memory.gradients();
    const into = model.trainableVariables.map((variable, i) => [gradientOutput(variable), gradients[i]]);
    const given = Object.entries(data).map(([name, tensor]) => [givenName(name), tensor]);
    const outputs = await session.run(
      {
        ...Object.fromEntries(given),
        ...weightFeeds(model.variables),
        ...inputs?.feeds({ count, iterations: optimizer.iterations }),
      },
      Object.fromEntries(into),
    );
    adoptUpdates(computation.updated, outputs);
    return {
      value: Number((outputs[lossName] as Tensor).data[0]),
      gradients: gradients.map((gradient) => gradient.data.slice()),
    };
  }

  async #ownSession(loss: OwnLoss, data: OwnTensors, training: boolean, count: number): Promise<OwnSession> {
    const key = `${training} ${typesOfGiven(data)}`;
    const known = this.#own.get(loss);
    if (known?.key === key && known.count >= count) return known;
    await known?.session.release();
    this.#own.delete(loss);
    for (const [old, { session }] of this.#own) {
      if (this.#own.size < mostOwn) break;
      this.#own.delete(old);
      await session.release();
    }
    const { model, sessions, completed, memoryOn } = this.#parts;
    const given = ownComputation(model, loss, data, training);
    const { computation, planner, inputs } = await completed(given, count);
    await memoryOn(planner?.host);
    const made = {
      key,
      count,
      computation,
      session: await sessions.load(computation, planner),
      inputs,
    };
    this.#own.set(loss, made);
    return made;
  }

  /** Takes a step with gradients, one per trainable weight. */
  async applyGradients(gradients: readonly Float32Array[]): Promise<void> {
    const { model, optimizer, memoryOn, runtime } = this.#parts;
    const variables = model.trainableVariables;
    if (gradients.length !== variables.length) {
      throw new TrazoError(
        `applyGradients: the model has ${variables.length} trainable weights, but ${gradients.length} gradients were given.`,
      );
    }
    for (const [i, { path, size }] of variables.entries()) {
      if (gradients[i]?.length === size) continue;
      throw new TrazoError(
        `applyGradients: the weight ${path} has ${size} values, but its gradient has ${gradients[i]?.length}.`,
      );
    }
    const memory = await memoryOn(undefined);
    memory.adoptWeights();
    for (const [i, { data }] of memory.gradients().entries()) data.set(gradients[i] as Float32Array);
    applyUpdates(optimizer, memory.kernels, memory.spans);
    const constrained = await ConstrainedWeights.create(model, await runtime());
    await constrained?.apply();
    await constrained?.release();
  }

  /** Frees all native memory. */
  async release(): Promise<void> {
    const own = [...this.#own.values()];
    this.#own.clear();
    for (const { session } of own) await session.release();
  }
}
