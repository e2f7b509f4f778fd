import type { Model, Tensor } from "trazo";
import { distort, distortionAmounts } from "./distort.js";
import { type Distortion, distortions, type Robustness, undistorted } from "./robustness.js";

/** Enough to tell networks apart, few enough to take a second. */
const mostDigits = 1000;
/** Not the run's own batch size: a run with small batches would take long here. */
const digitsPerBatch = 250;

/** How many of the test digits are distorted. */
const digitsDistorted = (testDigits: number): number => Math.min(mostDigits, testDigits);

/**
 * Counts the distorted test digits that a network reads wrong. The digits are spread evenly over the test images, every tenth
 * of MNIST's: the first half of those is easier than the second.
 *
 * @param xTest `[n, height, width, channels]`
 * @param yTest one-hot rows, `[n, classes]`
 */
export async function measureRobustness(
  model: Model,
  { xTest, yTest }: { readonly xTest: Tensor; readonly yTest: Tensor },
): Promise<Robustness> {
  const total = xTest.shape[0] as number;
  const digits = digitsDistorted(total);
  const chosen = Array.from({ length: digits }, (_, i) => Math.floor((i * total) / digits));
  const images = rowsOf(xTest, chosen);
  const truth = largestOfRows(rowsOf(yTest, chosen));
  const wrong = async (pictures: Tensor): Promise<number> => {
    const read = largestOfRows(await model.predict(pictures, { batchSize: digitsPerBatch }));
    return read.filter((digit, i) => digit !== truth[i]).length;
  };
  const asTheyAre = await wrong(images);
  const curve = async (distortion: Distortion) => {
    const amounts = distortionAmounts[distortion];
    const counts: number[] = [];
    for (const amount of amounts) {
      const isDistorted = amount !== undistorted[distortion];
      counts.push(isDistorted ? await wrong(distort(images, distortion, amount)) : asTheyAre);
    }
    return { amounts, wrong: counts };
  };
  return {
    digits,
    shift: await curve("shift"),
    rotation: await curve("rotation"),
    zoom: await curve("zoom"),
  };
}

/**
 * Whether figures kept by a run are those that would be measured now; an earlier or later version may have distorted other
 * digits, or by other amounts.
 */
export function isCurrent(robustness: Robustness, testDigits: number): boolean {
  return (
    robustness.digits === digitsDistorted(testDigits) &&
    distortions.every(
      (distortion) => String(robustness[distortion].amounts) === String(distortionAmounts[distortion]),
    )
  );
}

function rowsOf(tensor: Tensor, rows: readonly number[]): Tensor {
  const size = tensor.data.length / (tensor.shape[0] as number);
  const data = tensor.data.slice(0, rows.length * size);
  for (const [i, row] of rows.entries()) {
    // Both are of one type, which the union of typed arrays cannot say.
    (data as Float32Array).set(
      (tensor.data as Float32Array).subarray(row * size, (row + 1) * size),
      i * size,
    );
  }
  return { ...tensor, shape: [rows.length, ...tensor.shape.slice(1)], data } as Tensor;
}

/** The position of the largest value of each row. */
function largestOfRows({ shape, data }: Tensor): number[] {
  const [count, width] = shape as [number, number];
  return Array.from({ length: count }, (_, row) => {
    const values = (data as Float32Array).subarray(row * width, (row + 1) * width);
    return values.indexOf(Math.max(...values));
  });
}
