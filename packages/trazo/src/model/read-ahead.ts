import { type Dataset, rowsOf } from "../data/datasets/dataset.js";
import { newArray, sizeOf, sliceRows, type Tensor } from "../tensor.js";

/** A batch to be read. */
export interface BatchRequest {
  readonly indices: Int32Array;
  readonly seed: number;
}

/** A batch that was read. */
export interface BatchRows {
  readonly x: Tensor;
  readonly y: Tensor;
  readonly sampleWeight: Tensor<"float32">;
  readonly others?: Readonly<Record<string, Tensor>> | undefined;
}

/** What batches that are read ahead may take at most. */
const mostBytes = 2 ** 28;
const mostAhead = 4;

interface Reading {
  readonly request: BatchRequest;
  readonly rows: BatchRows;
  readonly done: Promise<void>;
}

/**
 * Reads the batches of a dataset before they are asked for, a few at a time, into buffers that are used again. What comes next is a
 * guess: a batch that does not come is read for nothing, and one that was not foreseen is read when it is asked for.
 */
export class ReadAhead {
  readonly #dataset: Dataset;
  readonly #batchSize: number;
  readonly #free: BatchRows[] = [];
  readonly #ahead: number;
  #coming: Reading[] = [];
  #upcoming: Iterator<BatchRequest> | undefined;
  #latest: BatchRows | undefined;

  constructor(dataset: Dataset, batchSize: number) {
    this.#dataset = dataset;
    this.#batchSize = batchSize;
    const first = emptyBatch(dataset, batchSize);
    const bytes = first.x.data.byteLength + first.y.data.byteLength;
    this.#ahead = Math.max(1, Math.min(mostAhead, Math.floor(mostBytes / bytes)));
    this.#free.push(first);
  }

  /**
   * The samples of a batch; valid until the next call.
   *
   * @param following the batches that will probably be asked for after this one
   */
  async take(request: BatchRequest, following: () => Iterator<BatchRequest>): Promise<BatchRows> {
    if (this.#latest) this.#free.push(this.#latest);
    this.#latest = undefined;
    if (!this.#coming[0] || !isSame(this.#coming[0].request, request))
      await this.#startOver(request, following);
    const reading = this.#coming.shift() as Reading;
    this.#readOn();
    this.#latest = reading.rows;
    await reading.done;
    const count = request.indices.length;
    const { x, y, sampleWeight, others } = reading.rows;
    return {
      x: sliceRows(x, 0, count),
      y: sliceRows(y, 0, count),
      sampleWeight: sliceRows(sampleWeight, 0, count),
      ...(others && { others: each(others, (tensor) => sliceRows(tensor, 0, count)) }),
    };
  }

  /** Waits for what is still being read. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#coming.map(({ done }) => done));
  }

  async #startOver(request: BatchRequest, following: () => Iterator<BatchRequest>): Promise<void> {
    await this.end();
    this.#free.push(...this.#coming.map(({ rows }) => rows));
    this.#coming = [this.#read(request)];
    this.#upcoming = following();
  }

  #readOn(): void {
    while (this.#upcoming && this.#coming.length < this.#ahead) {
      const next = this.#upcoming.next();
      if (next.done) this.#upcoming = undefined;
      else this.#coming.push(this.#read(next.value));
    }
  }

  #read({ indices, seed }: BatchRequest): Reading {
    const rows = this.#free.pop() ?? emptyBatch(this.#dataset, this.#batchSize);
    // Kept for the comparison: the plan of the batches may use its array again.
    const request = { indices: indices.slice(), seed };
    const read = async (): Promise<void> => {
      const count = indices.length;
      const sampleWeight = sliceRows(rows.sampleWeight, 0, count).data.fill(1) as Float32Array;
      const y = this.#dataset.y && sliceRows(rows.y, 0, count).data;
      const others = rows.others && each(rows.others, (tensor) => sliceRows(tensor, 0, count).data);
      await this.#dataset.read(
        request.indices,
        { x: sliceRows(rows.x, 0, count).data, y, sampleWeight, ...(others && { others }) },
        { seed },
      );
    };
    const done = read();
    // Told where it is asked for, if it ever is.
    done.catch(() => undefined);
    return { request, rows, done };
  }
}

function isSame(a: BatchRequest, b: BatchRequest): boolean {
  return (
    a.seed === b.seed &&
    a.indices.length === b.indices.length &&
    a.indices.every((index, i) => index === b.indices[i])
  );
}

/** Buffers for a batch. */
export function emptyBatch({ x, y = noTarget, others }: Dataset, batchSize: number): BatchRows {
  const rows = (type: typeof x): Tensor =>
    rowsOf(type, batchSize, newArray(type.dtype, batchSize * sizeOf(type.shape)));
  return {
    x: rows(x),
    y: rows(y),
    sampleWeight: { dtype: "float32", shape: [batchSize], data: new Float32Array(batchSize) },
    ...(others && { others: each(others, rows) }),
  };
}

/** The same names with other values. */
export const each = <T, U>(
  named: Readonly<Record<string, T>>,
  change: (value: T, name: string) => U,
): Readonly<Record<string, U>> =>
  Object.fromEntries(Object.entries(named).map(([name, value]) => [name, change(value, name)]));

const noTarget = { dtype: "float32", shape: [0] } as const;
