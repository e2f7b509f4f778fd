import type { Variable } from "../network/variable.js";
import { applyUpdates, updatesOneByOne } from "../optimizers/apply.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Update } from "../plan/compile.js";
import type { PlanSession } from "../plan/session.js";
import type { Feeds, Session } from "../runtime/runtime.js";
import type { Tensor } from "../tensor.js";
import { gradientOutput, lossName } from "./graphs.js";
import type { TrainingMemory } from "./training-memory.js";

/** What a step gave. */
export interface Taken {
  readonly outputs: Feeds;
  /** Of all weights, before they moved. */
  readonly penalty: number;
}

/**
 * Computes a batch's loss and its gradients and moves the weights.
 *
 * @param refuse asked, before a weight is touched, for an error to throw when the loss is not finite
 */
export type TakeStep = (
  feeds: Feeds,
  refuse: ((loss: number) => Promise<Error>) | undefined,
) => Promise<Taken>;

const lossIn = (outputs: Feeds): number => Number((outputs[lossName] as Tensor).data[0]);

/** First all gradients, then all weights. */
export function inTwoParts(
  session: Session,
  optimizer: Optimizer,
  memory: TrainingMemory,
  variables: readonly Variable[],
): TakeStep {
  const gradients = memory.gradients();
  const into = Object.fromEntries(
    variables.map((variable, i) => [gradientOutput(variable), gradients[i] as Tensor]),
  );
  return async (feeds, refuse) => {
    const outputs = await session.run(feeds, into);
    const loss = lossIn(outputs);
    if (refuse && !Number.isFinite(loss)) throw await refuse(loss);
    return { outputs, penalty: applyUpdates(optimizer, memory.kernels, memory.spans) };
  };
}

/** How a plan moves each weight as soon as its gradient is known; undefined where the optimizer needs all gradients first. */
export function updatesIn(
  optimizer: Optimizer,
  memory: TrainingMemory,
  variables: readonly Variable[],
): Record<string, Update> | undefined {
  if (!updatesOneByOne(optimizer)) return undefined;
  const updates = memory.spans.flatMap((span, i) => {
    const pass = optimizer.pass?.(span);
    const { p: weight, slots, length } = span;
    return pass
      ? [[gradientOutput(variables[i] as Variable), { ...pass, weight, slots, length }] as const]
      : [];
  });
  return Object.fromEntries(updates);
}

/** Each weight as soon as its gradient is known. */
export function inOnePlan(session: PlanSession, optimizer: Optimizer): TakeStep {
  return async (feeds, refuse) => {
    const numbers = optimizer.scalarsAt(optimizer.iterations, optimizer.learningRate);
    const scalars = optimizer.passNumbers?.(numbers) ?? [];
    const { outputs, sum } = await session.step(feeds, {}, { requiresFinite: refuse !== undefined, scalars });
    const loss = lossIn(outputs);
    if (refuse && !Number.isFinite(loss)) throw await refuse(loss);
    optimizer.iterations += 1;
    return { outputs, penalty: sum / 2 };
  };
}
