import { inWords, TrazoError } from "../errors.js";
import { formatShape } from "../graph/shape.js";
import type { LayerGraph } from "../network/layer-graph.js";
import type { Tensor } from "../tensor.js";
import { inputNames } from "./forward.js";

/** What a model is given: one tensor, or for a model of several inputs one per input, as a list or by the inputs' names. */
export type Inputs = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** The first input, and those after it by the graph's names for them. */
export interface GivenInputs {
  readonly x: Tensor;
  /** Undefined for a model of one input. */
  readonly others?: Readonly<Record<string, Tensor>> | undefined;
}

type Ports = Pick<LayerGraph, "inputs">;

/**
 * The tensors that are meant for a model's inputs.
 *
 * @param what names the call in errors
 * @throws TrazoError when there are more or fewer than the model has inputs, or they differ in their number of samples
 */
export function givenInputs(model: Ports, given: unknown, what: string): GivenInputs {
  const names = model.inputs.map(({ name }) => name);
  const [x, ...others] = tensorsFor(names, given, "inputs", what) as [Tensor, ...Tensor[]];
  if (others.length === 0) return { x };
  const graphNames = inputNames(model).slice(1);
  for (const [i, tensor] of others.entries()) {
    const wanted = model.inputs[i + 1]?.tensor.shape.slice(1) ?? [];
    const sample = tensor.shape.slice(1);
    if (sample.length !== wanted.length || !wanted.every((dim, axis) => dim === sample[axis])) {
      throw new TrazoError(
        `${what}: the input "${names[i + 1]}" takes samples of shape ${formatShape(wanted)}, but the data has ${formatShape(sample)}.`,
      );
    }
    if (tensor.shape[0] === x.shape[0]) continue;
    throw new TrazoError(
      `${what}: the input "${names[0]}" has ${x.shape[0]} samples, but "${names[i + 1]}" has ${tensor.shape[0]}.`,
    );
  }
  return { x, others: Object.fromEntries(others.map((tensor, i) => [graphNames[i] as string, tensor])) };
}

/**
 * One tensor per name: of a list, of an object, or for one name the tensor itself.
 *
 * @param kind in errors: what of a model has these names
 * @throws TrazoError when there are more, fewer or others
 */
export function tensorsFor(
  names: readonly string[],
  given: unknown,
  kind: "inputs" | "outputs",
  what: string,
): readonly Tensor[] {
  if (names.length < 2) return [onlyTensor(given, names[0])];
  const tensors = Array.isArray(given)
    ? given
    : names.map((name) => (given as Record<string, unknown> | null)?.[name]);
  const extra =
    Array.isArray(given) || isTensor(given)
      ? []
      : Object.keys(Object(given)).filter((name) => !names.includes(name));
  if (tensors.length === names.length && extra.length === 0 && tensors.every(isTensor)) return tensors;
  throw new TrazoError(
    `${what}: the model has ${names.length} ${kind}, ${names.join(", ")}: give a list of as many tensors, or an object with a ` +
      `tensor by each of these names, but not ${inWords(given)}.`,
  );
}

export const isTensor = (value: unknown): value is Tensor =>
  Array.isArray((value as Tensor | null)?.shape) && ArrayBuffer.isView((value as Tensor).data);

/** A list of one, or an object with the one name, is that tensor; what is none is refused where tensors are checked. */
function onlyTensor(given: unknown, name: string | undefined): Tensor {
  if (isTensor(given)) return given;
  const [only, ...more] = Array.isArray(given) ? given : [];
  if (isTensor(only) && more.length === 0) return only;
  const named =
    name === undefined ? undefined : (given as Record<string, unknown> | null | undefined)?.[name];
  return (isTensor(named) ? named : given) as Tensor;
}
