import type { CallbackParams, Logs } from "../../callbacks/callback.js";
import type { TrainingProgress } from "./messages.js";

/** Milliseconds over which the rate is measured, at least. */
const window = 500;

/** Turns what `fit` tells after each step into what a page is shown. */
export class ProgressMeter {
  #params: CallbackParams | undefined;
  #lossSum = 0;
  #count = 0;
  /** Samples done before this epoch. */
  #start = 0;
  #rate = 0;
  #measured: { readonly at: number; readonly samples: number } | undefined;

  /** At an epoch's beginning. */
  begin(params: CallbackParams): void {
    this.#params = params;
    this.#lossSum = 0;
    this.#count = 0;
    this.#start = params.samplesDone();
    // The time between epochs is not training.
    this.#measured = undefined;
  }

  progress(epoch: number, batch: number, logs: Logs, iterations: number): TrainingProgress {
    const { epochs, steps, samplesDone } = this.#params as CallbackParams;
    const { loss = Number.NaN, ...metrics } = logs;
    const count = samplesDone() - this.#start;
    const lossSum = loss * count;
    const stepLoss = (lossSum - this.#lossSum) / (count - this.#count);
    this.#lossSum = lossSum;
    this.#count = count;
    this.#measure(samplesDone());
    return { epoch, epochs, step: batch + 1, steps, iterations, loss, stepLoss, metrics, rate: this.#rate };
  }

  #measure(samples: number): void {
    const at = performance.now();
    this.#measured ??= { at, samples };
    const elapsed = at - this.#measured.at;
    if (elapsed < window) return;
    this.#rate = ((samples - this.#measured.samples) / elapsed) * 1000;
    this.#measured = { at, samples };
  }
}
