import type { ImageClassifier } from "trazo";
import { tensor } from "trazo";
import { FairQueue } from "./fair-queue.js";
import { RequestError } from "./request-error.js";

export interface BatchQueueOptions {
  /** Most images in one inference. */
  readonly maxBatch: number;
  /** Most images that may wait; more are refused. */
  readonly maxWaiting: number;
  /** Told about every inference when it ends. @param seconds that it took */
  readonly onBatch?: (images: number, seconds: number) => void;
}

interface Waiting {
  readonly pixels: Uint8Array;
  readonly resolve: (probabilities: Float32Array) => void;
  readonly reject: (error: unknown) => void;
}

/** Turns of the event loop between two inferences, when each brings something: a few milliseconds. */
const mostTurns = 100;

/**
 * Brings images of many requests into common inferences. One inference runs at a time; what arrives meanwhile waits and
 * goes into the next one together, taken from each request in turn. When nothing runs an image does not wait for others.
 */
export class BatchQueue {
  readonly #classifier: ImageClassifier;
  readonly #options: BatchQueueOptions;
  readonly #waiting = new FairQueue<Waiting>();
  #running: Promise<void> | undefined;

  constructor(classifier: ImageClassifier, options: BatchQueueOptions) {
    this.#classifier = classifier;
    this.#options = options;
  }

  /** Images that wait, without those being classified now. */
  get length(): number {
    return this.#waiting.length;
  }

  /**
   * The classes' probabilities of each image.
   *
   * @param images pixels `height * width * channels` each, row-major, as the classifier reads them
   * @param signal of the request: when it is aborted, images that wait are dropped
   * @throws RequestError `overloaded` when not all of them may wait; then none does
   * @throws the signal's reason when it is aborted
   */
  async classify(images: readonly Uint8Array[], signal: AbortSignal): Promise<Float32Array[]> {
    signal.throwIfAborted();
    if (this.#waiting.length + images.length > this.#options.maxWaiting) {
      throw new RequestError(
        "overloaded",
        `The server is busy: ${this.#waiting.length} images are waiting. Try again in a moment.`,
      );
    }
    const answers = images.map(
      (pixels) =>
        new Promise<Float32Array>((resolve, reject) => {
          this.#waiting.add(signal, { pixels, resolve, reject });
        }),
    );
    const onAbort = (): void => {
      for (const { reject } of this.#waiting.drop(signal)) reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    this.#running ??= this.#run();
    return await Promise.all(answers);
  }

  /** Settles when nothing runs or waits. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      await this.#gather();
      const batch = this.#nextBatch();
      if (batch.length === 0) continue;
      const start = performance.now();
      await this.#classifyBatch(batch);
      this.#options.onBatch?.(batch.length, (performance.now() - start) / 1000);
    }
    this.#running = undefined;
  }

  #nextBatch(): Waiting[] {
    const batch: Waiting[] = [];
    while (batch.length < this.#options.maxBatch) {
      const one = this.#waiting.take();
      if (!one) break;
      batch.push(one);
    }
    return batch;
  }

  /**
   * Lets what other connections have sent by now be read, without waiting for more. Node accepts one new connection in a turn of its
   * event loop: with a single turn between two inferences the last of many new clients would wait for seconds.
   */
  async #gather(): Promise<void> {
    let quietTurns = 0;
    for (let turn = 0; turn < mostTurns && quietTurns < 2; turn++) {
      const before = this.#waiting.length;
      await new Promise(setImmediate);
      quietTurns = this.#waiting.length === before ? quietTurns + 1 : 0;
    }
  }

  async #classifyBatch(batch: readonly Waiting[]): Promise<void> {
    const { imageShape, classes } = this.#classifier;
    const size = imageShape[0] * imageShape[1] * imageShape[2];
    const pixels = new Uint8Array(batch.length * size);
    for (const [i, one] of batch.entries()) pixels.set(one.pixels, i * size);
    try {
      const { data } = await this.#classifier.classify(
        tensor("uint8", [batch.length, ...imageShape], pixels),
      );
      for (const [i, one] of batch.entries()) {
        one.resolve(data.slice(i * classes.length, (i + 1) * classes.length));
      }
    } catch (error) {
      for (const one of batch) one.reject(error);
    }
  }
}
