import type { OptimizerSlots } from "../network/compiled.js";
import type { ModelDefinition } from "../network/definition.js";
import { everyLayer } from "../network/layer-graph.js";
import type { Variable } from "../network/variable.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import { slotOrder } from "./slot-order.js";
import { type NamedTensor, requireShape, type StoredOptimizer } from "./stored-weights.js";
import { convolutionKernels, turnedAround } from "./theano-kernel.js";

/** Adam of Keras 2.1 to 2.3 without amsgrad stores a lone number for each variable in place of amsgrad's maxima, at the end. */
const hasUnusedMaxima = (stored: readonly NamedTensor[], wanted: number, momentsApart: boolean): boolean =>
  momentsApart &&
  stored.length === (3 * wanted) / 2 &&
  stored.slice(wanted).every(({ shape }) => shape.length === 1 && shape[0] === 1);

/**
 * The optimizer's slots, one list per trainable variable; undefined where their number is not what this optimizer has.
 */
export function slotsFrom(
  model: ModelDefinition,
  optimizer: Optimizer,
  { slots: stored, momentsApart, convolves = false }: StoredOptimizer,
  file: string,
): OptimizerSlots | undefined {
  const variables = model.trainableVariables;
  const order = slotOrder(optimizer, variables.length, momentsApart);
  // What has no state of its own takes none: Keras 2 stores velocities even for a momentum of 0.
  if (order.length === 0) return [];
  const isOneMore =
    optimizer.storedAfterSlots?.() !== undefined &&
    stored.length === order.length + 1 &&
    stored.at(-1)?.shape.length === 0;
  if (stored.length !== order.length && !isOneMore && !hasUnusedMaxima(stored, order.length, momentsApart))
    return undefined;
  const kernels = convolutionKernels([...everyLayer(model)]);
  const slots = variables.map(() => new Array<Float32Array>(optimizer.slots.length));
  for (const [i, { variable, slot }] of order.entries()) {
    const of = variables[variable] as Variable;
    const values = requireShape(stored[i] as NamedTensor, of.shape, file);
    (slots[variable] as Float32Array[])[slot] =
      convolves && kernels.has(of) ? turnedAround(values, of.shape) : values;
  }
  return slots;
}

/** The optimizer's slots in the order of Keras from 2.11 on, under Keras 2's names; none before the first step. */
export function slotTensors(
  model: ModelDefinition,
  optimizer: Optimizer,
  slots: OptimizerSlots,
): NamedTensor[] {
  if (slots.length === 0) return [];
  const variables = model.trainableVariables;
  return slotOrder(optimizer, variables.length, false).map(({ variable, slot }) => {
    const { path, shape } = variables[variable] as Variable;
    return {
      name: `${optimizer.className}/${optimizer.slots[slot]}/${path}:0`,
      shape,
      data: slots[variable]?.[slot] as Float32Array,
    };
  });
}

/** The count of steps as Keras stores it. */
export const iterationTensor = (optimizer: Optimizer, name: string): NamedTensor => ({
  name,
  shape: [],
  data: BigInt64Array.of(BigInt(optimizer.iterations)),
});
