import type { Logs } from "trazo";
import type { StepPoint } from "../protocol/messages.js";

/** Steps between two points of a curve; at its beginning, where everything happens, fewer. */
const every = 10;
const everyAtFirst = 2;
const firstSteps = 40;

/**
 * Makes points of a curve out of the logs of training steps, which are means over the epoch so far: what a step added to them is its
 * own, and a point has the mean of those since the point before.
 */
export class StepMeans {
  #before = { loss: 0, accuracy: 0 };
  #sum = { loss: 0, accuracy: 0 };
  #count = 0;

  /**
   * @param batch of the epoch, from 0
   * @param step of the run, from 1
   */
  add(batch: number, step: number, logs: Logs): StepPoint | undefined {
    if (batch === 0) this.#before = { loss: 0, accuracy: 0 };
    const total = { loss: (logs.loss ?? 0) * (batch + 1), accuracy: (logs.accuracy ?? 0) * (batch + 1) };
    this.#sum.loss += total.loss - this.#before.loss;
    this.#sum.accuracy += total.accuracy - this.#before.accuracy;
    this.#before = total;
    this.#count++;
    if (step > 1 && step % (step <= firstSteps ? everyAtFirst : every) !== 0) return undefined;
    const point = { step, loss: this.#sum.loss / this.#count, accuracy: this.#sum.accuracy / this.#count };
    this.#sum = { loss: 0, accuracy: 0 };
    this.#count = 0;
    return point;
  }
}
