import { TrazoError } from "../../errors.js";
import { copyRows, type DType, requireTensor, type Tensor } from "../../tensor.js";
import { type Dataset, rowType } from "./dataset.js";

/**
 * A dataset of tensors, to be mapped.
 *
 * @param x one sample per row
 * @param y their targets; may be left out for `predict`
 * @param sampleWeight one factor per sample on its loss
 * @throws TrazoError when the lengths differ
 * @example
 * ```ts
 * const { train } = await loadMnist();
 * const noisy = mapDataset(tensorDataset(divide(train.images, 255), train.labels), ({ x }, random) => {
 *   for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) + 0.1 * random.normal();
 * });
 * await model.fit(noisy, { epochs: 5 });
 * ```
 */
export function tensorDataset<X extends DType, Y extends DType>(
  x: Tensor<X>,
  y?: Tensor<Y>,
  sampleWeight?: ArrayLike<number>,
): Dataset<X, Y> {
  requireTensor(x, "tensorDataset: the inputs");
  if (y) requireTensor(y, "tensorDataset: the targets");
  const length = x.shape[0] ?? 0;
  for (const [what, count] of [
    ["targets", y ? (y.shape[0] ?? 0) : length],
    ["sample weights", sampleWeight?.length ?? length],
  ] as const) {
    if (count !== length) {
      throw new TrazoError(`tensorDataset: there are ${length} inputs but ${count} ${what}.`);
    }
  }
  return {
    length,
    x: rowType(x),
    y: y && rowType(y),
    read(indices, into) {
      copyRows(x, indices, 0, indices.length, into.x);
      if (y && into.y) copyRows(y, indices, 0, indices.length, into.y);
      if (!sampleWeight) return;
      for (const [row, index] of indices.entries()) into.sampleWeight[row] = sampleWeight[index] as number;
    },
  };
}
