import { inWords, TrazoError } from "../errors.js";
import { requireTensor, sampleSize, type Tensor } from "../tensor.js";
import type { ScoredOutput } from "./graphs.js";
import { isTensor, tensorsFor } from "./inputs.js";

/**
 * What the outputs of a model are to be: one tensor, or for several outputs one for each that has a loss, as a list in their order
 * or by their names.
 */
export type Targets = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/**
 * Factors on losses: one per sample, or a tensor with one for each place of every sample that has a loss of its own, such as a pixel:
 * `[samples, height, width]`.
 */
export type Weights = ArrayLike<number> | Tensor;

/** Weights for all outputs, or for several outputs of each, in their order or by their names. */
export type SampleWeight = Weights | readonly Weights[] | Readonly<Record<string, Weights>>;

/**
 * The targets of each output that has a loss.
 *
 * @throws TrazoError when there are more, fewer or others, and when they do not belong to `count` inputs
 */
export function targetsFor(
  scored: readonly ScoredOutput[],
  given: unknown,
  count: number,
  what: string,
): readonly Tensor[] {
  const names = scored.map(({ name }) => name);
  const tensors = tensorsFor(names, given, "outputs", what);
  for (const [i, y] of tensors.entries()) {
    const whose = tensors.length > 1 ? ` of "${names[i]}"` : "";
    requireTensor(y, `${what}: the targets${whose}`);
    if (y.shape[0] !== count) {
      throw new TrazoError(`${what}: there are ${count} inputs but ${y.shape[0] ?? 0} targets${whose}.`);
    }
    if (y.divisor !== undefined && y.divisor !== 1) {
      throw new TrazoError(
        `${what}: targets cannot be scaled with divide(); give the values themselves${whose}.`,
      );
    }
  }
  return tensors;
}

/**
 * The sample weights of each output that has a loss, 1 where none are given.
 *
 * @throws TrazoError when they are not as many as the samples, or no finite numbers
 */
export function weightsFor(
  scored: readonly ScoredOutput[],
  given: SampleWeight | undefined,
  count: number,
  what: string,
): readonly Tensor<"float32">[] {
  const each = weightsByOutput(scored, given, what);
  return each.map((weights) => checkedWeights(count, weights, what));
}

function weightsByOutput(
  scored: readonly ScoredOutput[],
  given: SampleWeight | undefined,
  what: string,
): readonly (Weights | undefined)[] {
  if (given === undefined || isNumbers(given) || isTensor(given)) return scored.map(() => given);
  const names = scored.map(({ name }) => name);
  if (Array.isArray(given) && given.length === names.length) return given;
  const unknown = Array.isArray(given)
    ? ["list"]
    : Object.keys(given).filter((name) => !names.includes(name));
  if (unknown.length === 0) return names.map((name) => (given as Record<string, Weights>)[name]);
  throw new TrazoError(
    `${what}: sampleWeight is one list of numbers or tensor for all outputs, a list of one for each of ${names.join(", ")}, or an object ` +
      `with one by each of these names, but not ${inWords(given)}.`,
  );
}

function isNumbers(given: SampleWeight): given is ArrayLike<number> {
  if (ArrayBuffer.isView(given)) return true;
  return Array.isArray(given) && given.every((value) => typeof value !== "object");
}

function checkedWeights(count: number, given: Weights | undefined, what: string): Tensor<"float32"> {
  const { data: values, shape } = isTensor(given) ? given : { data: given, shape: [given?.length ?? count] };
  if (shape[0] !== count) {
    throw new TrazoError(`${what}: there are ${count} inputs but ${shape[0] ?? 0} sample weights.`);
  }
  const data = values
    ? Float32Array.from(values as ArrayLike<number>, Number)
    : new Float32Array(count).fill(1);
  const weights: Tensor<"float32"> = { dtype: "float32", shape, data };
  const wrong = data.findIndex((weight) => !Number.isFinite(weight));
  if (wrong >= 0) {
    const sample = Math.floor(wrong / sampleSize(weights));
    throw new TrazoError(`${what}: the weight of sample ${sample} is ${data[wrong]}, not a finite number.`);
  }
  // A column has one for each sample, too.
  return sampleSize(weights) === 1 ? { ...weights, shape: [count] } : weights;
}
