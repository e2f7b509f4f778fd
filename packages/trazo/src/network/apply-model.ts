import { TrazoError } from "../errors.js";
import { formatShape, shapesEqual } from "../graph/shape.js";
import { Application, type AppliedLayer, type SymbolicTensor } from "../layers/symbolic.js";
import type { ModelLayer } from "./layer-graph.js";

/**
 * The call of a whole model as a layer.
 *
 * @throws TrazoError when it takes other inputs
 */
export function applyModel(
  applied: AppliedLayer,
  { model }: ModelLayer,
  inputs: readonly SymbolicTensor[],
  training?: false,
): Application {
  if (model.layers.length === 0) {
    throw new TrazoError(
      `The model "${model.name}" has no layers yet, so it cannot be a layer of another one.`,
    );
  }
  const fits =
    inputs.length === model.inputs.length &&
    inputs.every(({ shape }, i) => shapesEqual(shape, model.inputs[i]?.tensor.shape ?? []));
  if (!fits) {
    const wanted = model.inputs.map(({ tensor }) => formatShape(tensor.shape)).join(", ");
    const given = inputs.map(({ shape }) => formatShape(shape)).join(", ");
    throw new TrazoError(`The model "${model.name}" takes ${wanted}, but is given ${given}.`);
  }
  return new Application(
    applied,
    inputs,
    model.outputs.map(({ tensor }) => tensor.shape),
    { training },
  );
}
