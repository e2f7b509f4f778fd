import { TrazoError } from "../../errors.js";
import { copyRows, type DType, requireTensor, type Tensor } from "../../tensor.js";
import { requireWeightList } from "../../weight-list.js";
import { type Dataset, rowType } from "./dataset.js";

/**
 * A dataset of tensors, to be mapped.
 *
 * @param x one sample per row; for several inputs an object of tensors, in the model's order and by its names
 * @param y their targets; may be left out for `predict`; for several outputs an object of tensors, as for inputs
 * @param sampleWeight one number per sample: a factor on its loss. A list or typed array, no tensor
 * @throws TrazoError when the lengths differ, and for sample weights that are no list
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
  x: Tensor<X> | Readonly<Record<string, Tensor<X>>>,
  y?: Tensor<Y> | Readonly<Record<string, Tensor<Y>>>,
  sampleWeight?: ArrayLike<number>,
): Dataset<X, Y> {
  const [firstX, moreX] = firstAndOthers(x, "tensorDataset: the inputs");
  const [firstY, moreY] = y ? firstAndOthers(y, "tensorDataset: the targets") : [undefined, {}];
  const length = firstX.shape[0] ?? 0;
  requireWeightList(sampleWeight, "tensorDataset");
  const others: Readonly<Record<string, Tensor>> = { ...moreX, ...moreY };
  for (const [what, count] of [
    ["targets", firstY ? (firstY.shape[0] ?? 0) : length],
    ["sample weights", sampleWeight?.length ?? length],
    ...Object.entries(others).map(([name, { shape }]) => [`rows of "${name}"`, shape[0] ?? 0] as const),
  ] as const) {
    if (count !== length) {
      throw new TrazoError(`tensorDataset: there are ${length} inputs but ${count} ${what}.`);
    }
  }
  return {
    length,
    x: rowType(firstX),
    y: firstY && rowType(firstY),
    ...(Object.keys(others).length > 0 && {
      others: Object.fromEntries(Object.entries(others).map(([name, one]) => [name, rowType(one)])),
    }),
    read(indices, into) {
      copyRows(firstX, indices, 0, indices.length, into.x);
      if (firstY && into.y) copyRows(firstY, indices, 0, indices.length, into.y);
      for (const [name, one] of Object.entries(others)) {
        const room = into.others?.[name];
        if (room) copyRows(one, indices, 0, indices.length, room);
      }
      if (!sampleWeight) return;
      for (const [row, index] of indices.entries()) into.sampleWeight[row] = sampleWeight[index] as number;
    },
  };
}

/** The only tensor, or the first of several, and the others by their names. */
function firstAndOthers<D extends DType>(
  given: Tensor<D> | Readonly<Record<string, Tensor<D>>>,
  what: string,
): readonly [Tensor<D>, Readonly<Record<string, Tensor<D>>>] {
  const isOne = Array.isArray((given as Tensor<D>).shape);
  const [first, ...others] = isOne
    ? [["", given as Tensor<D>] as const]
    : Object.entries(given as Readonly<Record<string, Tensor<D>>>);
  requireTensor(first?.[1], what);
  for (const [name, one] of others) requireTensor(one, `${what} "${name}"`);
  return [(first as readonly [string, Tensor<D>])[1], Object.fromEntries(others)];
}
