import { inWords, TrazoError } from "../errors.js";
import type { Inputs } from "./inputs.js";
import type { Samples } from "./samples.js";
import type { SampleWeight, Targets } from "./targets.js";

/** One batch that a program makes itself. */
export interface Batch {
  readonly x: Inputs;
  readonly y: Targets;
  /** One factor a sample on its loss, or a tensor with one for each of its places. Default 1 for all. */
  readonly sampleWeight?: SampleWeight | undefined;
}

/** Where training stands, from 0. */
export interface BatchMoment {
  readonly epoch: number;
  /** Batches of the epoch that are done. */
  readonly step: number;
}

/**
 * Gives the batches of an epoch, or any number of them. It is called whenever they have ended; one that begins at `from` can
 * resume with a `backup`.
 */
export type Batches = (from: BatchMoment) => Iterable<Batch> | AsyncIterable<Batch>;

export const isBatches = (value: unknown): value is Batches => typeof value === "function";

/** Takes the batches of a function one after the other. */
export class BatchStream {
  readonly #batches: Batches;
  readonly #what: string;
  readonly #toSamples: (batch: Batch) => Samples;
  readonly #goesOn: boolean;
  #iterator: Iterator<Batch> | AsyncIterator<Batch> | undefined;

  /**
   * @param what names the call in errors
   * @param toSamples checks a batch
   * @param goesOn whether an epoch takes a number of batches, and what comes after them is the next one's. Else it ends with them
   */
  constructor(batches: Batches, what: string, toSamples: (batch: Batch) => Samples, goesOn: boolean) {
    this.#batches = batches;
    this.#what = what;
    this.#toSamples = toSamples;
    this.#goesOn = goesOn;
  }

  /**
   * The next batch; undefined where the epoch has ended.
   *
   * @throws TrazoError when the function gives none at all, or something else
   */
  async next(from: BatchMoment): Promise<Samples | undefined> {
    const isFresh = !this.#iterator;
    this.#iterator ??= this.#begin(from);
    const { done, value } = await this.#iterator.next();
    if (!done) return this.#toSamples(requireBatch(value, this.#what));
    this.#iterator = undefined;
    if (isFresh) {
      throw new TrazoError(
        `${this.#what}: the function of batches gave none for epoch ${from.epoch + 1}, step ${from.step + 1}. It is called whenever ` +
          "its batches have ended, and must begin again: () => batches(), not () => one iterator that is used up.",
      );
    }
    return this.#goesOn ? await this.next(from) : undefined;
  }

  /** Tells the function that no more batches are wanted. */
  async end(): Promise<void> {
    const iterator = this.#iterator;
    this.#iterator = undefined;
    await iterator?.return?.();
  }

  #begin(from: BatchMoment): Iterator<Batch> | AsyncIterator<Batch> {
    const given: unknown = this.#batches(from);
    const { [Symbol.asyncIterator]: asynchronous, [Symbol.iterator]: iterator } = Object(given) as Partial<
      AsyncIterable<Batch> & Iterable<Batch>
    >;
    if (typeof asynchronous === "function") return asynchronous.call(given);
    if (typeof iterator === "function" && typeof given === "object") return iterator.call(given);
    throw new TrazoError(
      `${this.#what}: the function of batches must give an iterable of { x, y }, such as a generator, but gave ${inWords(given)}.`,
    );
  }
}

function requireBatch(value: unknown, what: string): Batch {
  const isBatch = typeof value === "object" && value !== null && "x" in value && "y" in value;
  if (isBatch) return value as Batch;
  throw new TrazoError(
    `${what}: each batch must be an object { x, y } of tensors, with sampleWeight where wanted, but one is ${inWords(value)}.`,
  );
}
