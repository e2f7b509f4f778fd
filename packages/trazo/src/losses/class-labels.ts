import { TrazoError } from "../errors.js";
import { cast, oneHot, reshape } from "../graph/ops.js";
import { productOf, staticDim } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import type { LossParts } from "./define-loss.js";
import { requireClasses } from "./require-classes.js";

/** What losses do whose targets are class numbers. */
export interface Labels {
  readonly checks: Pick<Required<LossParts>, "targetShape" | "checkTargets">;
  /** Class numbers as rows of 0 and 1, in the shape of the predictions. */
  oneHot(targets: Value, predictions: Value): Value;
}

/** @param kerasName the loss's, for errors */
export const labelsFor = (kerasName: string): Labels => {
  const classesOf = (shape: Value["shape"]): number => staticDim(shape, -1, kerasName);
  return {
    checks: {
      targetShape: (shape) => shape.slice(0, -1),
      checkTargets({ data }, shape) {
        requireClasses(shape, kerasName);
        requireLabels(data, classesOf(shape), kerasName);
      },
    },
    oneHot(targets, predictions) {
      const { dtype, shape } = predictions;
      const labels = reshape(cast(targets, "int64"), [productOf(targets.shape)]);
      return reshape(oneHot(labels, classesOf(shape), dtype), shape);
    },
  };
};

/** In a graph a label out of range would be a row of zeros, and its loss 0. */
function requireLabels(labels: ArrayLike<number | bigint>, classes: number, kerasName: string): void {
  for (let i = 0; i < labels.length; i++) {
    const label = Number(labels[i]);
    if (Number.isInteger(label) && label >= 0 && label < classes) continue;
    throw new TrazoError(
      `${kerasName} needs class numbers from 0 to ${classes - 1}, but target ${i} is ${label}.`,
    );
  }
}
