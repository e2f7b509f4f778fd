import { afterRead } from "../data/datasets/after-read.js";
import { type Dataset, isDataset, requireDataset, rowsOf } from "../data/datasets/dataset.js";
import { datasetRange } from "../data/datasets/range.js";
import { TrazoError } from "../errors.js";
import { copyRows, requireTensor, sampleSize, sliceRows, type Tensor, type TypedArrayOf } from "../tensor.js";
import type { GivenInputs } from "./inputs.js";
import { type BatchRequest, emptyBatch, ReadAhead } from "./read-ahead.js";

/** Inputs, targets and weights of a set of samples, one row each. */
export interface Samples {
  readonly x: Tensor;
  readonly y: Tensor;
  /** One factor a sample on its loss. */
  readonly sampleWeight: Tensor<"float32">;
  /** The inputs after the first, by the graph's names for them. */
  readonly others?: Readonly<Record<string, Tensor>> | undefined;
  /** Where the rows come from as they are needed: the tensors then have none. */
  readonly dataset?: Dataset | undefined;
}

/**
 * The samples of a dataset, which stay where they are.
 *
 * @param checkTargets throws for targets that cannot be used
 * @throws TrazoError when it is no dataset, or has no targets
 */
export function datasetSamples(
  dataset: Dataset,
  sampleWeight: ArrayLike<number> | undefined,
  checkTargets: (y: Tensor, what: string) => void,
  what: string,
): Samples {
  requireDataset(dataset, what);
  if (!dataset.y) throw new TrazoError(`${what}: the dataset has no targets.`);
  if (dataset.y.divisor !== undefined && dataset.y.divisor !== 1) {
    throw new TrazoError(`${what}: targets cannot be divided; give the values themselves.`);
  }
  const { y } = dataset;
  const checked = afterRead(dataset, (indices, into) => {
    if (into.y) checkTargets(rowsOf(y, indices.length, into.y), what);
  });
  return {
    ...emptyBatch(dataset, 0),
    dataset: sampleWeight ? reweighted(checked, sampleWeight, what) : checked,
  };
}

/** Inputs alone, for predictions. @throws TrazoError when they are none */
export function inputSamples(given: GivenInputs | Dataset, what: string): Samples {
  if (isDataset(given)) {
    requireDataset(given, what);
    return { ...emptyBatch(given, 0), dataset: given };
  }
  const { x, others } = given;
  requireTensor(x, `${what}: the inputs`);
  const count = x.shape[0] as number;
  const nothing: Tensor<"float32"> = { dtype: "float32", shape: [count, 0], data: new Float32Array() };
  return { x, others, y: nothing, sampleWeight: { ...nothing, shape: [count, 0] } };
}

function reweighted(dataset: Dataset, given: ArrayLike<number>, what: string): Dataset {
  const weights = sampleWeights(dataset.length, given, what);
  return afterRead(dataset, (indices, into) => {
    for (const [row, index] of indices.entries()) {
      into.sampleWeight[row] = (into.sampleWeight[row] as number) * (weights[index] as number);
    }
  });
}

/** @throws TrazoError when there are no tensors, or inputs, targets and weights differ in length. */
export function samples(
  { x, others }: GivenInputs,
  y: Tensor,
  sampleWeight: ArrayLike<number> | undefined,
  what: string,
): Samples {
  requireTensor(x, `${what}: the inputs`);
  requireTensor(y, `${what}: the targets`);
  const count = x.shape[0] ?? 0;
  if (count === 0) throw new TrazoError(`${what}: the data has no samples.`);
  if (y.shape[0] !== count) {
    throw new TrazoError(`${what}: there are ${count} inputs but ${y.shape[0] ?? 0} targets.`);
  }
  if (y.divisor !== undefined && y.divisor !== 1) {
    throw new TrazoError(`${what}: targets cannot be scaled with divide(); give the values themselves.`);
  }
  const weights = sampleWeights(count, sampleWeight, what);
  return { x, others, y, sampleWeight: { dtype: "float32", shape: [count], data: weights } };
}

function sampleWeights(count: number, given: ArrayLike<number> | undefined, what: string): Float32Array {
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

export const countSamples = ({ x, dataset }: Pick<Samples, "x" | "dataset">): number =>
  dataset ? dataset.length : (x.shape[0] as number);

/** Rows `start` to `end` of a set, without copying. */
export function sliceSamples(samples: Samples, start: number, end: number): Samples {
  const { x, others, y, sampleWeight, dataset } = samples;
  if (dataset) return { ...samples, dataset: datasetRange(dataset, start, end) };
  return {
    x: sliceRows(x, start, end),
    others: others && each(others, (tensor) => sliceRows(tensor, start, end)),
    y: sliceRows(y, start, end),
    sampleWeight: sliceRows(sampleWeight, start, end),
  };
}

/** The same names with other tensors. */
const each = (
  tensors: Readonly<Record<string, Tensor>>,
  change: (tensor: Tensor, name: string) => Tensor,
): Readonly<Record<string, Tensor>> =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, change(tensor, name)]));

/** When a batch is gathered. */
export interface Moment {
  /** The optimizer's steps so far, in earlier trainings too. */
  readonly iteration: number;
  /** Batches of this training so far. */
  readonly batch: number;
}

/** Makes the inputs of a batch as it is needed, instead of copying them. */
export interface InputMaker {
  /** Writes the inputs of the samples `indices`. */
  write(indices: Int32Array, moment: Moment, target: Float32Array): void;
}

/** What a dataset needs to know to read ahead. */
export interface Foresight {
  /** Of what is drawn for the batch of an iteration. */
  seed(iteration: number): number;
  /** The batches that come next. */
  following(): Iterable<readonly [indices: Int32Array, moment: Moment]>;
}

const blind: Foresight = { seed: () => 0, following: () => [] };

/** Gathers batches into buffers that are used again for every batch. */
export class BatchGatherer {
  /** A full batch's shapes and types; the values are the latest batch's. */
  readonly buffers: Samples;
  readonly #source: Samples;
  readonly #maker: InputMaker | undefined;
  readonly #reader: ReadAhead | undefined;

  constructor(source: Samples, batchSize: number, maker?: InputMaker) {
    this.#source = source;
    this.#reader = source.dataset && new ReadAhead(source.dataset, batchSize);
    this.#maker = maker;
    this.buffers = {
      x: maker ? floatsFor(source.x, batchSize) : bufferFor(source.x, batchSize),
      others: source.others && each(source.others, (tensor) => bufferFor(tensor, batchSize)),
      y: bufferFor(source.y, batchSize),
      sampleWeight: bufferFor(source.sampleWeight, batchSize),
    };
  }

  /** The samples at `indices`; valid until the next call. A dataset reads the batches after them meanwhile. */
  gather(indices: Int32Array, moment: Moment, foresight = blind): Samples | Promise<Samples> {
    if (!this.#reader) return this.#gather(indices, moment);
    const requestOf = (indices: Int32Array, { iteration }: Moment): BatchRequest => ({
      indices,
      seed: foresight.seed(iteration),
    });
    function* following(): Generator<BatchRequest> {
      for (const [indices, moment] of foresight.following()) yield requestOf(indices, moment);
    }
    return this.#reader.take(requestOf(indices, moment), following);
  }

  /** Waits for what is still being read. */
  async end(): Promise<void> {
    await this.#reader?.end();
  }

  #gather(indices: Int32Array, moment: Moment): Samples {
    const { x, others, y, sampleWeight } = this.buffers;
    const fill = <T extends Tensor>(source: T, buffer: T): T => {
      copyRows(source, indices, 0, indices.length, buffer.data);
      return sliceRows(buffer, 0, indices.length) as T;
    };
    return {
      x: this.#maker ? this.#make(this.#maker, indices, moment) : fill(this.#source.x, x),
      others: others && each(others, (buffer, name) => fill(this.#source.others?.[name] as Tensor, buffer)),
      y: fill(this.#source.y, y),
      sampleWeight: fill(this.#source.sampleWeight, sampleWeight),
    };
  }

  #make(maker: InputMaker, indices: Int32Array, moment: Moment): Tensor {
    const x = sliceRows(this.buffers.x as Tensor<"float32">, 0, indices.length);
    maker.write(indices, moment, x.data);
    return x;
  }
}

function floatsFor(source: Tensor, batchSize: number): Tensor<"float32"> {
  const data = new Float32Array(batchSize * sampleSize(source));
  return { dtype: "float32", shape: [batchSize, ...source.shape.slice(1)], data };
}

function bufferFor<T extends Tensor>(source: T, batchSize: number): T {
  const Data = source.data.constructor as new (length: number) => TypedArrayOf["float32"];
  return {
    ...source,
    shape: [batchSize, ...source.shape.slice(1)],
    data: new Data(batchSize * sampleSize(source)),
  };
}
