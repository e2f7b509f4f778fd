import { cast, greaterOrEqual } from "../graph/ops.js";
import { lastAxis } from "../losses/loss-options.js";
import { type OptionsOf, withShared } from "../schema/define.js";
import { classNumbers } from "../schema/integer-lists.js";
import { optional, withDefault } from "../schema/option.js";
import { boolean, discarded, integer, number, oneOf, positiveInteger } from "../schema/options.js";
import { classesIn, meanOverlap } from "./class-overlap.js";
import { defineKerasSums } from "./define-metric.js";

/** Keras adds up whole numbers unless it is told otherwise, and cuts off the fractions of sample weights. */
const dtype = () => discarded(oneOf(["int", "int32", "int64", "uint8"]), "float32");

const ofClasses = {
  /** How many classes there are. */
  numClasses: positiveInteger(),
  dtype: dtype(),
  /** Places of this class in truth do not count. Default: all count. */
  ignoreClass: optional(integer()),
  axis: lastAxis(),
};

const chosen = {
  /** The classes of which the mean is reported. */
  targetClassIds: classNumbers(),
};

const ofNumbers = {
  /** Targets are class numbers, and not one number for each class, the largest of which says the class. Default true. */
  sparseYTrue: withDefault(boolean(), true),
  /** The same of the predictions. Default true, as in Keras: give false for what a softmax predicts. */
  sparseYPred: withDefault(boolean(), true),
};

const ofRows = {
  /** Predictions are class numbers, and not one number for each class. Default false. */
  sparseYPred: withDefault(boolean(), false),
};

// Names of their own, so that declarations keep what is said of each option.

/** The options of every metric of several classes. */
export interface ClassesDefinition extends Readonly<typeof ofClasses> {}
/** The option that says which classes are reported. */
export interface ChosenDefinition extends Readonly<typeof chosen> {}
/** The options that say what targets and predictions hold: class numbers, or one number for each class. */
export interface NumbersDefinition extends Readonly<typeof ofNumbers> {}
/** The option that says the same of predictions where targets are one-hot. */
export interface RowsDefinition extends Readonly<typeof ofRows> {}

const classes: ClassesDefinition = ofClasses;
const targetClasses: ChosenDefinition = chosen;
const numbers: NumbersDefinition = ofNumbers;
const rows: RowsDefinition = ofRows;

/** Options of `iou`. `name` is the key in logs. */
export type IoUOptions = OptionsOf<typeof iou>;

/**
 * Of the places that are of a class or are found to be, the share that is both, averaged over the classes named, as Keras's `IoU`:
 * for segmentation. Predictions are one number for each class with `sparseYPred: false`, which a softmax gives. Sample weights count
 * as they are; Keras cuts off their fractions unless it is given `dtype="float32"`.
 *
 * @throws TrazoError for a class that there is not, and where targets and predictions do not go together
 * @example
 * ```ts
 * const ofRoads = metrics.iou({ numClasses: 4, targetClassIds: [2], sparseYPred: false });
 * ```
 */
export const iou = defineKerasSums(
  {
    className: "IoU",
    options: withShared(withShared(targetClasses, numbers), classes),
    create: ({ sparseYTrue, sparseYPred, ...options }) =>
      meanOverlap("IoU", { ...options, truth: classesIn(sparseYTrue), found: classesIn(sparseYPred) }),
  },
  "iou",
);

/** Options of `meanIoU`. `name` is the key in logs. */
export type MeanIoUOptions = OptionsOf<typeof meanIoU>;

/**
 * `iou` averaged over all classes that occur, as Keras's `MeanIoU`.
 *
 * @throws TrazoError where targets and predictions do not go together
 * @example
 * ```ts
 * model.compile({
 *   loss: "sparseCategoricalCrossentropy",
 *   metrics: [metrics.meanIoU({ numClasses: 10, sparseYPred: false })],
 * });
 * ```
 */
export const meanIoU = defineKerasSums({
  className: "MeanIoU",
  options: withShared(numbers, classes),
  create: ({ sparseYTrue, sparseYPred, ...options }) =>
    meanOverlap("MeanIoU", { ...options, truth: classesIn(sparseYTrue), found: classesIn(sparseYPred) }),
});

/** Options of `oneHotIoU`. `name` is the key in logs. */
export type OneHotIoUOptions = OptionsOf<typeof oneHotIoU>;

/**
 * `iou` for one-hot targets in the shape of the predictions, as Keras's `OneHotIoU`.
 *
 * @throws TrazoError for a class that there is not, and where targets and predictions do not go together
 * @example
 * ```ts
 * const ofRoads = metrics.oneHotIoU({ numClasses: 4, targetClassIds: [2] });
 * ```
 */
export const oneHotIoU = defineKerasSums({
  className: "OneHotIoU",
  options: withShared(withShared(targetClasses, rows), classes),
  create: ({ sparseYPred, ...options }) =>
    meanOverlap("OneHotIoU", { ...options, truth: classesIn(false), found: classesIn(sparseYPred) }),
});

/** Options of `oneHotMeanIoU`. `name` is the key in logs. */
export type OneHotMeanIoUOptions = OptionsOf<typeof oneHotMeanIoU>;

/**
 * `meanIoU` for one-hot targets in the shape of the predictions, as Keras's `OneHotMeanIoU`.
 *
 * @throws TrazoError where targets and predictions do not go together
 * @example
 * ```ts
 * model.compile({ loss: "categoricalCrossentropy", metrics: [metrics.oneHotMeanIoU({ numClasses: 10 })] });
 * ```
 */
export const oneHotMeanIoU = defineKerasSums({
  className: "OneHotMeanIoU",
  options: withShared(rows, classes),
  create: ({ sparseYPred, ...options }) =>
    meanOverlap("OneHotMeanIoU", { ...options, truth: classesIn(false), found: classesIn(sparseYPred) }),
});

/** Options of `binaryIoU`. `name` is the key in logs. */
export type BinaryIoUOptions = OptionsOf<typeof binaryIoU>;

/**
 * `iou` of the two classes that a sigmoid tells apart, as Keras's `BinaryIoU`. Targets of 0 and 1 in the shape of the predictions.
 *
 * @throws TrazoError for a class other than 0 and 1, and where targets and predictions do not go together
 * @example
 * ```ts
 * model.compile({ loss: "binaryCrossentropy", metrics: [metrics.binaryIoU({ targetClassIds: [1] })] });
 * ```
 */
export const binaryIoU = defineKerasSums({
  className: "BinaryIoU",
  options: {
    /** `[0]`, `[1]` or both, of which the mean is reported. Default both. */
    targetClassIds: withDefault(classNumbers(), [0, 1]),
    /** A prediction of at least this is class 1. Default 0.5. */
    threshold: withDefault(number(), 0.5),
    dtype: dtype(),
  },
  create: ({ targetClassIds, threshold }) =>
    meanOverlap("BinaryIoU", {
      numClasses: 2,
      targetClassIds,
      truth: (targets) => targets,
      found: (predictions) => cast(greaterOrEqual(predictions, threshold), "float32"),
    }),
});
