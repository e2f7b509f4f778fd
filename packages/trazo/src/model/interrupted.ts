import { TrazoError } from "../errors.js";

/** What `fit` rejects with when its `signal` says so: the step was finished and, with a `backup`, the state saved. */
export class TrainingInterrupted extends TrazoError {
  override name = "TrainingInterrupted";
  /** From 0. */
  readonly epoch: number;
  /** Batches of that epoch that are done. */
  readonly batch: number;
  /** Where the state lies; undefined without a `backup`. */
  readonly backupDir: string | undefined;

  constructor(epoch: number, batch: number, backupDir: string | undefined) {
    const place = batch === 0 ? `before epoch ${epoch + 1}` : `in epoch ${epoch + 1}, after step ${batch}`;
    const saved =
      backupDir === undefined ? "" : ` The state is saved in ${backupDir}: fit goes on from there.`;
    super(`Training was interrupted ${place}.${saved}`);
    this.epoch = epoch;
    this.batch = batch;
    this.backupDir = backupDir;
  }
}
