import { inWords, TrazoError } from "../errors.js";
import { requireKnownOptions } from "../known-options.js";
import { isSymbolic, requireSymbolic, type SymbolicTensor } from "../layers/symbolic.js";
import { ModelDefinition } from "../network/definition.js";
import { type GivenOutputs, namedOutputs } from "../network/from-tensors.js";
import type { Tensor } from "../tensor.js";
import { Model } from "./model.js";
import { type ModelOptions, modelOptions } from "./model-options.js";
import type { Predictions } from "./predictions.js";

/** What a model gives: one tensor, several in a list, or several by names. */
export type ModelOutputs =
  | SymbolicTensor
  | readonly SymbolicTensor[]
  | Readonly<Record<string, SymbolicTensor>>;

/** What a model of such outputs predicts, in the same form. */
export type PredictionsOf<O extends ModelOutputs> = O extends SymbolicTensor
  ? Tensor<"float32">
  : O extends readonly SymbolicTensor[]
    ? readonly Tensor<"float32">[]
    : { readonly [K in keyof O]: Tensor<"float32"> };

/** What lies between which tensors, and options of the model. */
export interface FunctionalOptions<O extends ModelOutputs = ModelOutputs> extends ModelOptions {
  /** What `layers.input` gave, or any tensor of another model: one, or several. */
  readonly inputs: SymbolicTensor | readonly SymbolicTensor[];
  /**
   * What `apply` gave: one tensor, a list, or an object, whose keys then name the outputs. `predict` gives its tensors in the same
   * form. Outputs in a list have the names of the layers that give them.
   */
  readonly outputs: O;
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
 * @example
 * ```ts
 * const pixels = layers.input({ shape: [28, 28, 1] });
 * const features = apply(layers.flatten(), pixels);
 * const digit = apply(layers.dense({ units: 10, activation: "softmax" }), features);
 * const parity = apply(layers.dense({ units: 1, activation: "sigmoid" }), features);
 * const both = model({ inputs: pixels, outputs: { digit, parity } });
 * const predictions = await both.predict(xTest);
 * console.log(predictions.digit.shape, predictions.parity.shape);
 * ```
 */
export function model<const O extends ModelOutputs>(
  description: FunctionalOptions<O>,
): Model<PredictionsOf<O> & Predictions> {
  requireDescription(description);
  const { inputs, outputs, ...options } = description;
  requireKnownOptions(options, modelOptions, "model");
  const from = tensorsOf(inputs, "inputs");
  const to = outputsOf(outputs);
  const twice = from.find((tensor, i) => from.indexOf(tensor) !== i);
  if (twice) throw new TrazoError("model: the same input is listed twice.");
  return new Model((seed) => ModelDefinition.between(options.name ?? "functional", seed, from, to), options);
}

function requireDescription(given: unknown): void {
  if (typeof given === "object" && given !== null && "inputs" in given && "outputs" in given) return;
  throw new TrazoError(
    `model takes what lies between which tensors, { inputs, outputs }, but got ${inWords(given)}.`,
  );
}

function outputsOf(given: ModelOutputs): GivenOutputs {
  if (isSymbolic(given)) return { tensors: [given], form: "one" };
  const isNamed = typeof given === "object" && given !== null && !Array.isArray(given) && isPlain(given);
  if (!isNamed) return { tensors: tensorsOf(given as readonly SymbolicTensor[], "outputs"), form: "list" };
  const entries = Object.entries(given);
  return namedOutputs(
    entries.map(([name]) => name),
    tensorsOf(
      entries.map(([, tensor]) => tensor),
      "outputs",
    ),
  );
}

/** Instances of classes, such as layers, are not objects of outputs by name. */
const isPlain = (value: object): boolean => Object.values(value).some(isSymbolic);

function tensorsOf(
  given: SymbolicTensor | readonly SymbolicTensor[],
  what: string,
): readonly SymbolicTensor[] {
  const list: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (list.length === 0)
    throw new TrazoError(`model: ${what} must be a tensor or a list, but got ${inWords(given)}.`);
  return requireSymbolic(list, `model: ${what}`);
}
