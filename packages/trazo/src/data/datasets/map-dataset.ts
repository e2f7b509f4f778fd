import { randomStream } from "../../random/derive.js";
import type { RandomStream } from "../../random/stream.js";
import { type DType, newArray, sizeOf, type Tensor, type TypedArrayOf } from "../../tensor.js";
import { type BatchTarget, type Dataset, type ReadContext, rowsOf, type SampleType } from "./dataset.js";

/** One sample of a dataset that is being mapped. */
export interface Sample<Y extends DType = DType> {
  /** The values themselves, divided where they were to be divided. */
  readonly x: Float32Array;
  /** The target; undefined where there is none. */
  readonly y: TypedArrayOf[Y] | undefined;
  /** Its number in the dataset. */
  readonly index: number;
}

/** The samples of a batch of a dataset that is being mapped. */
export interface MappedBatch<Y extends DType = DType> {
  /** The values themselves, divided where they were to be divided. */
  readonly x: Tensor<"float32">;
  readonly y: Tensor<Y> | undefined;
  readonly sampleWeight: Float32Array;
}

/**
 * The same samples, changed one by one as they are read: what augments or normalizes them. Their values are float32, and the function
 * changes them in place. What it draws from `random` follows from the seed of the training and the sample, whatever the order of
 * reading.
 *
 * @example
 * ```ts
 * const pictures = await directoryDataset("animals", { height: 96, width: 96 });
 * const brighter = mapDataset(pictures, ({ x }, random) => {
 *   const factor = 0.8 + 0.4 * random.uniform();
 *   for (let i = 0; i < x.length; i++) x[i] = (x[i] as number) * factor;
 * });
 * ```
 */
export function mapDataset<Y extends DType>(
  dataset: Dataset<DType, Y>,
  change: (sample: Sample<Y>, random: RandomStream) => void,
): Dataset<"float32", Y> {
  const size = sizeOf(dataset.x.shape);
  const width = dataset.y ? sizeOf(dataset.y.shape) : 0;
  return {
    ...mappedTypes(dataset),
    async read(indices, into, context) {
      const seed = await readFloats(dataset, indices, into, context);
      for (const [row, index] of indices.entries()) {
        const x = into.x.subarray(row * size, (row + 1) * size);
        const y = into.y?.subarray(row * width, (row + 1) * width) as TypedArrayOf[Y] | undefined;
        change({ x, y, index }, randomStream(seed, "sample", index));
      }
    },
  };
}

/**
 * The same samples, changed batch by batch as they are read, in place: what mixes them.
 *
 * @example
 * ```ts
 * const pictures = await directoryDataset("animals", { height: 96, width: 96 });
 * const dimmed = mapBatches(pictures, ({ x }) => {
 *   for (let i = 0; i < x.data.length; i++) x.data[i] = (x.data[i] as number) / 2;
 * });
 * ```
 */
export function mapBatches<Y extends DType>(
  dataset: Dataset<DType, Y>,
  change: (batch: MappedBatch<Y>, random: RandomStream) => void,
): Dataset<"float32", Y> {
  return {
    ...mappedTypes(dataset),
    async read(indices, into, context) {
      const seed = await readFloats(dataset, indices, into, context);
      const x = rowsOf(floats(dataset), indices.length, into.x);
      const y = dataset.y && into.y ? rowsOf(dataset.y, indices.length, into.y) : undefined;
      change({ x, y, sampleWeight: into.sampleWeight }, randomStream(seed, "batch"));
    },
  };
}

const floats = ({ x: { shape } }: Dataset): SampleType<"float32"> => ({ dtype: "float32", shape });

/** What a dataset that is changed as it is read has of the one below. */
export const mappedTypes = <Y extends DType>(dataset: Dataset<DType, Y>) => ({
  length: dataset.length,
  x: floats(dataset),
  y: dataset.y,
  others: dataset.others,
  ...(dataset.fingerprint && { fingerprint: () => `mapped ${dataset.fingerprint?.()}` }),
});

/** The seeds of a map and of what it reads: one map draws other numbers than the next. */
export function mapSeeds(seed: number): { readonly own: number; readonly below: ReadContext } {
  const stream = randomStream(seed, "map");
  const own = stream.nextUint32();
  return { own, below: { seed: stream.nextUint32() } };
}

/**
 * Reads the dataset below as float32.
 *
 * @returns the seed of this map
 */
async function readFloats<Y extends DType>(
  dataset: Dataset<DType, Y>,
  indices: Int32Array,
  into: BatchTarget<"float32", Y>,
  { seed }: ReadContext,
): Promise<number> {
  const { own, below } = mapSeeds(seed);
  const { dtype, divisor = 1 } = dataset.x;
  if (dtype === "float32" && divisor === 1) {
    await dataset.read(indices, into, below);
    return own;
  }
  const stored = newArray(dtype, into.x.length);
  await dataset.read(indices, { ...into, x: stored }, below);
  for (let i = 0; i < stored.length; i++) into.x[i] = Number(stored[i]) / divisor;
  return own;
}
