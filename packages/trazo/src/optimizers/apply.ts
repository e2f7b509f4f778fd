import type { Kernels } from "../kernels/kernels.js";
import { accumulatorSlotName } from "./accumulation.js";
import { clipSpans, clips } from "./clipping.js";
import type { Optimizer, VariableSpan } from "./optimizer.js";

/** Whether each variable can be updated by itself as soon as its gradient is known. */
export const updatesOneByOne = (optimizer: Optimizer): boolean =>
  optimizer.pass !== undefined && !changesGradients(optimizer);

/** Whether gradients are gathered or clipped before weights are updated with them. */
const changesGradients = ({ clipping, slots }: Optimizer): boolean =>
  clips(clipping) || slots.includes(accumulatorSlotName);

/**
 * One whole step over flat memory, in Keras's order: penalties' gradients, gradients gathered, clipping, weight decay, update, and
 * `optimizer.iterations` grows by one. What clipping is left of the gradients stays at `g`; without clipping `g` stays as it was.
 *
 * @returns the penalty of all variables, at the weights before the step
 */
export function applyUpdates(optimizer: Optimizer, kernels: Kernels, spans: readonly VariableSpan[]): number {
  const scalars = optimizer.scalarsAt(optimizer.iterations, optimizer.learningRate);
  let penalty = 0;
  let rest = spans;
  if (changesGradients(optimizer)) {
    // What is clipped or gathered is the gradient of the whole loss, so penalties cannot wait for the update.
    for (const { p, g, length, l1, l2 } of spans) {
      if (l1 !== 0 || l2 !== 0) penalty += kernels.addPenaltyGradient(p, g, length, l1, l2);
    }
    rest = spans.map((span) => ({ ...span, l1: 0, l2: 0 }));
  }
  if (optimizer.accumulate?.(kernels, spans) ?? true) {
    clipSpans(optimizer.clipping, kernels, spans);
    for (const span of rest) penalty += optimizer.update(kernels, span, scalars);
  }
  optimizer.iterations += 1;
  return penalty;
}
