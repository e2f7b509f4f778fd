import { TrazoError } from "../errors.js";

/** Thrown by `fit` when `options.signal` is aborted: the step was finished and, with a `backup`, the state saved. */
export class TrainingInterrupted extends TrazoError {
  override name = "TrainingInterrupted";
  /** From 0. */
  readonly epoch: number;
  /** Batches of that epoch that are done. */
  readonly batch: number;
  /** Where the state lies; undefined without a `backup`. */
  readonly backupDir: string | undefined;

  /** @param message what was interrupted and what was saved. Default: the place in training, and the state */
  constructor(epoch: number, batch: number, backupDir: string | undefined, message?: string) {
    const place = batch === 0 ? `before epoch ${epoch + 1}` : `in epoch ${epoch + 1}, after step ${batch}`;
    const saved =
      backupDir === undefined ? "" : ` The state is saved in ${backupDir}: fit resumes from there.`;
    super(message ?? `Training was interrupted ${place}.${saved}`);
    this.epoch = epoch;
    this.batch = batch;
    this.backupDir = backupDir;
  }
}
