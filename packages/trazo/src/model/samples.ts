import type { RecipeVariation } from "../data/augmentation/image-recipe.js";
import { afterRead } from "../data/datasets/after-read.js";
import {
  type Dataset,
  isDataset,
  requireDataset,
  rowsOf,
  type SampleType,
} from "../data/datasets/dataset.js";
import { datasetRange } from "../data/datasets/range.js";
import { TrazoError } from "../errors.js";
import { copyRows, requireTensor, sampleSize, sliceRows, type Tensor, type TypedArrayOf } from "../tensor.js";
import { namedForGraph, type Wanted } from "./graph-dataset.js";
import { type ScoredOutput, sampleWeightName } from "./graphs.js";
import type { GivenInputs } from "./inputs.js";
import { type BatchRequest, each, emptyBatch, ReadAhead } from "./read-ahead.js";
import { type SampleWeight, type Targets, targetsFor, weightsFor } from "./targets.js";

/** Inputs, targets and weights of a set of samples, one row each. */
export interface Samples {
  readonly x: Tensor;
  readonly y: Tensor;
  /** One factor a sample on its loss, or one for each of its places. */
  readonly sampleWeight: Tensor<"float32">;
  /** Inputs, targets and weights after the first, by the graph's names for them. */
  readonly others?: Readonly<Record<string, Tensor>> | undefined;
  /** Where the rows come from as they are needed: the tensors then have none. */
  readonly dataset?: Dataset | undefined;
  /** Where the rows of a batch come from. Absent: they were made for it. */
  readonly rows?: SourceRows | undefined;
  /** Set where the inputs are images that are made of others by a recipe. */
  readonly varied?: VariedImages | undefined;
}

/** What a batch of images is made of, by what makes them itself. */
export interface VariedImages extends RecipeVariation<[]> {
  /** The images as they are, in the order of the batch. */
  readonly source: Tensor;
}

/** The rows of a batch among those that they come from. */
export interface SourceRows {
  readonly source: Samples;
  readonly indices: Int32Array;
}

/**
 * The samples of a dataset, which stay where they are.
 *
 * @param checkTargets throws for targets that cannot be used
 * @throws TrazoError when it is not a dataset, or has no targets
 */
export function datasetSamples(
  dataset: Dataset,
  wanted: Wanted,
  sampleWeight: SampleWeight | undefined,
  checkTargets: (y: Tensor, what: string, output: number) => void,
  what: string,
): Samples {
  requireDataset(dataset, what);
  const { y: first } = dataset;
  if (!first) throw new TrazoError(`${what}: the dataset has no targets.`);
  const [, ...scored] = wanted.scored;
  const types = [first, ...scored.map(({ name }) => dataset.others?.[name] ?? first)];
  for (const { divisor = 1 } of types) {
    if (divisor === 1) continue;
    throw new TrazoError(`${what}: targets cannot be divided; give the values themselves.`);
  }
  const checked = afterRead(dataset, (indices, into) => {
    const rows = [into.y, ...scored.map(({ name }) => into.others?.[name])];
    for (const [i, data] of rows.entries()) {
      if (data) checkTargets(rowsOf(types[i] as SampleType, indices.length, data), what, i);
    }
  });
  return ofDataset(namedForGraph(checked, wanted, sampleWeight, what));
}

/** Inputs alone, for predictions. @throws TrazoError when they are none */
export function inputSamples(given: GivenInputs | Dataset, wanted: Wanted, what: string): Samples {
  if (isDataset(given)) {
    requireDataset(given, what);
    return ofDataset(namedForGraph(given, wanted, undefined, what));
  }
  const { x, others } = given;
  requireTensor(x, `${what}: the inputs`);
  const count = x.shape[0] as number;
  const nothing: Tensor<"float32"> = { dtype: "float32", shape: [count, 0], data: new Float32Array() };
  return { x, others, y: nothing, sampleWeight: { ...nothing, shape: [count, 0] } };
}

const ofDataset = (dataset: Dataset): Samples => ({ ...emptyBatch(dataset, 0), dataset });

/** @throws TrazoError when there are no tensors, or inputs, targets and weights differ in length. */
export function samples(
  { x, others }: GivenInputs,
  scored: readonly ScoredOutput[],
  y: Targets,
  sampleWeight: SampleWeight | undefined,
  what: string,
): Samples {
  requireTensor(x, `${what}: the inputs`);
  const count = x.shape[0] ?? 0;
  if (count === 0) throw new TrazoError(`${what}: the data has no samples.`);
  const targets = targetsFor(scored, y, count, what);
  const weights = weightsFor(scored, sampleWeight, count, what);
  const further = scored
    .slice(1)
    .flatMap(({ targetsName, weightName }, i) => [
      [targetsName, targets[i + 1] as Tensor] as const,
      [weightName, weights[i + 1] as Tensor] as const,
    ]);
  return {
    x,
    others: further.length > 0 ? { ...others, ...Object.fromEntries(further) } : others,
    y: targets[0] as Tensor,
    sampleWeight: weights[0] as Tensor<"float32">,
  };
}

/** @param name the graph's for the weights of an output */
export const weightsIn = ({ sampleWeight, others }: Samples, name: string): Tensor<"float32"> =>
  name === sampleWeightName ? sampleWeight : (others?.[name] as Tensor<"float32">);

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
  /** How they are made, for what makes them itself. Absent: they are made in no other way. */
  readonly byRecipe?: RecipeInputs | undefined;
}

/** Inputs that are made of the samples' own by a recipe. */
type RecipeInputs = RecipeVariation<[count: number, moment: Moment]>;

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
  /** For the images that others are made of. */
  readonly #originals: Tensor | undefined;

  constructor(source: Samples, batchSize: number, maker?: InputMaker) {
    this.#source = source;
    this.#reader = source.dataset && new ReadAhead(source.dataset, batchSize);
    this.#maker = maker;
    const byRecipe = maker?.byRecipe;
    this.#originals = byRecipe && bufferFor(source.x, batchSize);
    this.buffers = {
      varied: byRecipe && this.#varied(byRecipe, new Int32Array(), { iteration: 0, batch: 0 }),
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
    const byRecipe = this.#maker?.byRecipe;
    const fill = <T extends Tensor>(source: T, buffer: T): T => {
      copyRows(source, indices, 0, indices.length, buffer.data);
      return sliceRows(buffer, 0, indices.length) as T;
    };
    return {
      x: this.#maker ? this.#make(this.#maker, indices, moment) : fill(this.#source.x, x),
      others: others && each(others, (buffer, name) => fill(this.#source.others?.[name] as Tensor, buffer)),
      y: fill(this.#source.y, y),
      sampleWeight: fill(this.#source.sampleWeight, sampleWeight),
      rows: this.#maker && !byRecipe ? undefined : { source: this.#source, indices },
      varied: byRecipe && this.#varied(byRecipe, indices, moment),
    };
  }

  /** What makes the images itself does not ask for their values. */
  #make(maker: InputMaker, indices: Int32Array, moment: Moment): Tensor {
    const x = sliceRows(this.buffers.x, 0, indices.length);
    return whenAsked(x, (data) => maker.write(indices, moment, data as Float32Array));
  }

  #varied(byRecipe: RecipeInputs, indices: Int32Array, moment: Moment): VariedImages {
    const source = sliceRows(this.#originals as Tensor, 0, indices.length);
    return {
      ...byRecipe,
      source: whenAsked(source, (data) => copyRows(this.#source.x, indices, 0, indices.length, data)),
      draw: () => byRecipe.draw(indices.length, moment),
    };
  }
}

/** A tensor whose values are written when they are first asked for. */
function whenAsked({ data, ...rest }: Tensor, write: (data: Tensor["data"]) => void): Tensor {
  let isWritten = false;
  return {
    ...rest,
    get data() {
      if (!isWritten) write(data);
      isWritten = true;
      return data;
    },
  };
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
