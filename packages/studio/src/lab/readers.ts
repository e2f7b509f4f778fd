import type { Runtime, Sequential } from "trazo";
import { Looker } from "./look.js";
import { networkOf } from "./network.js";
import type { RunLog } from "./run-log.js";

/** Most networks that are kept ready to read. */
const most = 10;

interface Reader {
  readonly model: Sequential;
  readonly looker: Looker;
  /** The step whose weights it has; undefined: those of the run's end. */
  step: number | undefined;
}

/** Networks that read for runs that are over, or as they were at an earlier moment. */
export class Readers {
  readonly #runtime: Runtime;
  /** The one used last comes last. */
  readonly #open = new Map<string, Reader>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** With what a run had learned when it was over; undefined where that is unknown. */
  async atEnd(run: RunLog): Promise<Looker | undefined> {
    if (!run.weights) return undefined;
    return (await this.#reader(`${run.id}`, run, undefined, run.weights)).looker;
  }

  /** As the network was at its last kept moment up to a step. */
  async at(
    run: RunLog,
    step: number,
  ): Promise<{ readonly step: number; readonly looker: Looker } | undefined> {
    const moment = run.moments.at(step);
    if (!moment) return undefined;
    // One network serves all moments of a run, so that going to and fro is cheap.
    const { looker } = await this.#reader(`${run.id} earlier`, run, moment.step, moment.weights);
    return { step: moment.step, looker };
  }

  /** With weights of a run that is still trained. */
  async with(run: RunLog, weights: readonly Float32Array[]): Promise<Looker> {
    return (await this.#reader(`${run.id} now`, run, Number.NaN, weights)).looker;
  }

  async #reader(
    key: string,
    run: RunLog,
    step: number | undefined,
    weights: readonly Float32Array[],
  ): Promise<Reader> {
    let reader = this.#open.get(key);
    this.#open.delete(key);
    if (!reader) {
      const model = networkOf(run.settings, { runtime: this.#runtime });
      reader = { model, looker: new Looker(model), step: Number.NaN };
    }
    this.#open.set(key, reader);
    if (reader.step !== step) {
      reader.model.setWeights(weights);
      reader.step = step;
    }
    await this.#closeOldest();
    return reader;
  }

  async #closeOldest(): Promise<void> {
    const [oldest] = this.#open;
    if (this.#open.size <= most || !oldest) return;
    const [key, { model, looker }] = oldest;
    this.#open.delete(key);
    await looker.dispose();
    await model.dispose();
  }
}
