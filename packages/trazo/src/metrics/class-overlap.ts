import { TrazoError } from "../errors.js";
import { argMax, cast, concat, equal, mul, reduceSum, reshape } from "../graph/ops.js";
import { formatShape, isStatic } from "../graph/shape.js";
import type { Shape, Value } from "../graph/value.js";
import { tensor } from "../tensor.js";
import type { AccumulatedMetric } from "./metric.js";
import { weightsFor } from "./precision.js";

/** What an intersection over union is computed from. */
export interface OverlapOptions {
  readonly numClasses: number;
  /** The classes whose mean is reported. Default: all. */
  readonly targetClassIds?: readonly number[] | undefined;
  /** Targets of this class do not count. */
  readonly ignoreClass?: number | undefined;
  /** Class numbers of targets, and of predictions, in any numeric dtype. */
  truth(targets: Value): Value;
  found(predictions: Value): Value;
}

/** The class number along the last axis, or the numbers themselves. */
export const classesIn =
  (areNumbers: boolean) =>
  (x: Value): Value =>
    areNumbers ? x : argMax(x);

/**
 * The mean over classes of how much of what is of the class, or is found to be, is both. Sums per class: both, the truth, what was
 * found. What is of no class, in truth or as it was found, does not count at all, as in Keras.
 *
 * @throws TrazoError for a class that there is not, and where targets and predictions do not go together
 */
export function meanOverlap(
  className: string,
  { numClasses, targetClassIds, ignoreClass, truth, found }: OverlapOptions,
): Pick<AccumulatedMetric, "init" | "update" | "result"> {
  const classes = targetClassIds ?? Array.from({ length: numClasses }, (_, i) => i);
  const wrong = classes.find((one) => one >= numClasses);
  if (wrong !== undefined) {
    throw new TrazoError(
      `${className}: targetClassIds has ${wrong}, but the classes are 0 to ${numClasses - 1}.`,
    );
  }
  return {
    init: () => new Array<number>(3 * numClasses).fill(0),
    update(targets, predictions, sampleWeight) {
      const theirs = found(predictions);
      const own = samePlaces(truth(targets), theirs, className);
      const t = memberships(own, numClasses, ignoreClass);
      const p = memberships(theirs, numClasses);
      const weight = weightsFor(t, sampleWeight);
      const counted = mul(mul(t, isAny(p)), weight);
      const sums = [mul(counted, p), counted, mul(mul(p, isAny(t)), weight)].map(perClass);
      return concat(sums, 0);
    },
    result(state) {
      const at = (part: number, one: number): number => state[part * numClasses + one] ?? 0;
      const shares = classes.map((one) => {
        const either = at(1, one) + at(2, one) - at(0, one);
        return either > 1e-9 ? at(0, one) / (either + smallest) : undefined;
      });
      const seen = shares.filter((share) => share !== undefined);
      return seen.reduce((a, b) => a + b, 0) / (seen.length + smallest);
    },
  };
}

const smallest = 1e-7;

/** Class numbers of targets in the shape of those of predictions. */
function samePlaces(truth: Value, found: Value, className: string): Value {
  if (isSame(withoutOne(truth.shape), withoutOne(found.shape))) return reshape(truth, found.shape);
  throw new TrazoError(
    `${className}: the targets have the class numbers ${formatShape(truth.shape)}, but the predictions have ${formatShape(found.shape)}. ` +
      "Give sparseYPred: false where the predictions are one number for each class, and sparseYTrue: false where the targets are.",
  );
}

const withoutOne = (shape: Shape): Shape =>
  shape.length > 1 && shape.at(-1) === 1 ? shape.slice(0, -1) : shape;

const isSame = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.slice(1).every((dim, i) => isStatic(dim) && dim === b[i + 1]);

/** Class numbers as rows of 0 and 1; of zeros for what is of none of the classes. */
function memberships(numbers: Value, numClasses: number, ignored = -1): Value {
  const whole = cast(cast(numbers, "int64"), "float32");
  const row = (values: Float32Array): Value =>
    numbers.graph.constant(tensor("float32", [numClasses], values));
  const each = row(Float32Array.from({ length: numClasses }, (_, i) => i));
  const members = cast(equal(reshape(whole, [...whole.shape, 1]), each), "float32");
  if (ignored < 0 || ignored >= numClasses) return members;
  return mul(members, row(Float32Array.from({ length: numClasses }, (_, i) => Number(i !== ignored))));
}

const isAny = (members: Value): Value => reduceSum(members, { axes: [-1], keepDims: true });

const perClass = (x: Value): Value => reduceSum(x, { axes: x.shape.slice(0, -1).map((_, axis) => axis) });
