import { inWords, TrazoError } from "../errors.js";
import { requireTensor, type Tensor } from "../tensor.js";
import type { ScoredOutput } from "./graphs.js";
import { tensorsFor } from "./inputs.js";

/**
 * What the outputs of a model are to be: one tensor, or for several outputs one for each that has a loss, as a list in their order
 * or by their names.
 */
export type Targets = Tensor | readonly Tensor[] | Readonly<Record<string, Tensor>>;

/** One factor per sample on its loss: for all outputs, or for several outputs one list each, in their order or by their names. */
export type SampleWeight =
  | ArrayLike<number>
  | readonly ArrayLike<number>[]
  | Readonly<Record<string, ArrayLike<number>>>;

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
): readonly Float32Array[] {
  const each = weightsByOutput(scored, given, what);
  return each.map((weights) => checkedWeights(count, weights, what));
}

function weightsByOutput(
  scored: readonly ScoredOutput[],
  given: SampleWeight | undefined,
  what: string,
): readonly (ArrayLike<number> | undefined)[] {
  if (given === undefined || isNumbers(given)) return scored.map(() => given);
  const names = scored.map(({ name }) => name);
  if (Array.isArray(given) && given.length === names.length) return given;
  const unknown = Array.isArray(given)
    ? ["list"]
    : Object.keys(given).filter((name) => !names.includes(name));
  if ("data" in given && "shape" in given) {
    throw new TrazoError(
      `${what}: sampleWeight is a list of numbers, one for each sample, but not ${inWords(given)}: give its data.`,
    );
  }
  if (unknown.length === 0) return names.map((name) => (given as Record<string, ArrayLike<number>>)[name]);
  throw new TrazoError(
    `${what}: sampleWeight is one list of numbers for all outputs, a list of one for each of ${names.join(", ")}, or an object ` +
      `with one by each of these names, but not ${inWords(given)}.`,
  );
}

function isNumbers(given: SampleWeight): given is ArrayLike<number> {
  if (ArrayBuffer.isView(given)) return true;
  return Array.isArray(given) && given.every((value) => typeof value !== "object");
}

function checkedWeights(count: number, given: ArrayLike<number> | undefined, what: string): Float32Array {
  if (given && given.length !== count) {
    throw new TrazoError(`${what}: there are ${count} inputs but ${given.length} sample weights.`);
  }
  const weights = given ? Float32Array.from(given) : new Float32Array(count).fill(1);
  const wrong = weights.findIndex((weight) => !Number.isFinite(weight));
  if (wrong >= 0) {
    throw new TrazoError(`${what}: the weight of sample ${wrong} is ${weights[wrong]}, not a finite number.`);
  }
  return weights;
}
