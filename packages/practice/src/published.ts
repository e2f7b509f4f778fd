/** A validation accuracy that the practice's notebook printed at the end of an epoch. */
export interface PublishedPoint {
  /** From 1, as the notebook prints it. */
  readonly epoch: number;
  /** 0 to 1. */
  readonly valAccuracy: number;
}

/**
 * What the notebook of the practice published: the lines in which its `ModelCheckpoint` found a better validation
 * accuracy, technique by technique. Its printout breaks off after the last line given here, before any test figure; the
 * base network's epoch 11 is left out because its number is cut in the middle.
 */
export const published: Readonly<Record<string, readonly PublishedPoint[]>> = {
  base: points([
    [1, 0.96925],
    [2, 0.97875],
    [3, 0.98475],
    [4, 0.985],
    [5, 0.98675],
    [6, 0.98817],
    [7, 0.98942],
    [9, 0.99058],
    [10, 0.99183],
  ]),
  l2: points([
    [1, 0.93367],
    [2, 0.954],
    [3, 0.96458],
    [4, 0.97208],
    [6, 0.9765],
    [8, 0.9785],
    [11, 0.97933],
  ]),
  dropout: points([
    [1, 0.96983],
    [2, 0.97633],
    [4, 0.9795],
    [7, 0.98508],
    [8, 0.98725],
    [9, 0.98792],
    [12, 0.98892],
  ]),
  batchnorm: points([
    [1, 0.9705],
    [2, 0.97633],
    [3, 0.98158],
    [4, 0.98425],
    [7, 0.9915],
    [8, 0.99167],
    [9, 0.99208],
    [10, 0.99292],
  ]),
  augmentation: points([
    [1, 0.9555],
    [2, 0.97275],
    [3, 0.9775],
    [5, 0.97867],
    [6, 0.9815],
    [7, 0.98392],
    [10, 0.98883],
    [12, 0.989],
  ]),
};

/** What the notebook trains on: MNIST, in the order of its files (`PracticeData.digest`). */
export const notebookData = "d4497155c280fb57";

/** The notebook's batch size. */
export const notebookBatchSize = 128;

/** The test accuracy that the notebook's exercise asks for: more than this, and more than the `mlp` reaches. */
export const exerciseTarget = 0.99;

/**
 * The best validation accuracy the notebook had published by an epoch: its last point at or before it. Undefined for a
 * technique it has not, and before its first point.
 */
export function publishedBy(technique: string, epoch: number): PublishedPoint | undefined {
  return published[technique]?.findLast((point) => point.epoch <= epoch);
}

function points(rows: readonly (readonly [epoch: number, valAccuracy: number])[]): PublishedPoint[] {
  return rows.map(([epoch, valAccuracy]) => ({ epoch, valAccuracy }));
}
