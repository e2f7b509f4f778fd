import { inWords, TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import { requireSymbolic, type SymbolicTensor } from "../layers/symbolic.js";
import { ModelDefinition } from "../network/definition.js";
import { Model, type ModelOptions, modelOptions } from "./model.js";

/** What lies between which tensors, and options of the model. */
export interface FunctionalOptions extends ModelOptions {
  /** What `layers.input` gave, or any tensor of another model: one, or several. */
  readonly inputs: SymbolicTensor | readonly SymbolicTensor[];
  /** What `apply` gave: one, or several. */
  readonly outputs: SymbolicTensor | readonly SymbolicTensor[];
}

/**
 * A model of layers that are connected in any way, as Keras's functional `Model(inputs, outputs)`: described by applying layers
 * to tensors (see `apply`).
 *
 * @throws TrazoError when the outputs need an input that is not among `inputs`
 * @example
 * ```ts
 * const pixels = layers.input({ shape: [28, 28, 1] });
 * const maps = apply(layers.conv2d({ filters: 8, kernelSize: 3, padding: "same" }), pixels);
 * const both = apply(layers.concatenate(), [pixels, maps]);
 * const scores = apply(layers.dense({ units: 10, activation: "softmax" }), apply(layers.flatten(), both));
 * const digits = model({ inputs: pixels, outputs: scores, seed: 1 });
 * digits.summary();
 * ```
 */
export function model({ inputs, outputs, ...options }: FunctionalOptions): Model {
  requireKnownOptions(options, modelOptions, "model");
  const from = tensorsOf(inputs, "inputs");
  const to = tensorsOf(outputs, "outputs");
  const twice = from.find((tensor, i) => from.indexOf(tensor) !== i);
  if (twice) throw new TrazoError("model: the same input is listed twice.");
  return new Model((seed) => ModelDefinition.between(options.name ?? "functional", seed, from, to), options);
}

function tensorsOf(
  given: SymbolicTensor | readonly SymbolicTensor[],
  what: string,
): readonly SymbolicTensor[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0)
    throw new TrazoError(`model: ${what} must be a tensor or a list, but got ${inWords(given)}.`);
  return requireSymbolic(list, `model: ${what}`);
}
