import { TrazoError } from "../errors.js";
import { copyRows, requireTensor, sampleSize, sliceRows, type Tensor, type TypedArrayOf } from "../tensor.js";

/** Inputs, targets and weights of a set of samples, one row each. */
export interface Samples {
  readonly x: Tensor;
  readonly y: Tensor;
  /** One factor a sample on its loss. */
  readonly sampleWeight: Tensor<"float32">;
}

/** @throws TrazoError when there are no tensors, or inputs, targets and weights differ in length. */
export function samples(
  x: Tensor,
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
  if (sampleWeight && sampleWeight.length !== count) {
    throw new TrazoError(`${what}: there are ${count} inputs but ${sampleWeight.length} sample weights.`);
  }
  const weights = sampleWeight ? Float32Array.from(sampleWeight) : new Float32Array(count).fill(1);
  const wrong = weights.findIndex((weight) => !Number.isFinite(weight));
  if (wrong >= 0) {
    throw new TrazoError(`${what}: the weight of sample ${wrong} is ${weights[wrong]}, not a finite number.`);
  }
  return { x, y, sampleWeight: { dtype: "float32", shape: [count], data: weights } };
}

export const countSamples = ({ x }: { readonly x: Tensor }): number => x.shape[0] as number;

/** Rows `start` to `end` of a set, without copying. */
export function sliceSamples({ x, y, sampleWeight }: Samples, start: number, end: number): Samples {
  return {
    x: sliceRows(x, start, end),
    y: sliceRows(y, start, end),
    sampleWeight: sliceRows(sampleWeight, start, end),
  };
}

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

/** Gathers batches into buffers that are used again for every batch. */
export class BatchGatherer {
  /** A full batch's shapes and types; the values are the latest batch's. */
  readonly buffers: Samples;
  readonly #source: Samples;
  readonly #maker: InputMaker | undefined;

  constructor(source: Samples, batchSize: number, maker?: InputMaker) {
    this.#source = source;
    this.#maker = maker;
    this.buffers = {
      x: maker ? floatsFor(source.x, batchSize) : bufferFor(source.x, batchSize),
      y: bufferFor(source.y, batchSize),
      sampleWeight: bufferFor(source.sampleWeight, batchSize),
    };
  }

  /** The samples at `indices`; valid until the next call. */
  gather(indices: Int32Array, moment: Moment): Samples {
    const { x, y, sampleWeight } = this.buffers;
    const fill = <T extends Tensor>(source: T, buffer: T): T => {
      copyRows(source, indices, 0, indices.length, buffer.data);
      return sliceRows(buffer, 0, indices.length) as T;
    };
    return {
      x: this.#maker ? this.#make(this.#maker, indices, moment) : fill(this.#source.x, x),
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
