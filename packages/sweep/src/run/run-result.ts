import type { Reason } from "../failures/reason.js";
import { type RunRequest, requestDigest } from "./run-request.js";

/** What a run has measured in one epoch. */
export interface RunEpoch {
  /** From 1. */
  readonly epoch: number;
  /** Loss and metrics by Keras's names; of the validation images with `val_` before. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What came of a run, as plain JSON; `NaN` and the infinities do not occur. */
export interface RunResult {
  readonly digest: string;
  readonly seed: number;
  /**
   * `finished`: trained to its end and tested; `paused`: trained as far as was asked, resumes when more is asked; `interrupted`: stopped by
   * the signal, resumes when it is asked for again; `failed`: it cannot be trained, `reason` says why.
   */
  readonly status: "finished" | "paused" | "interrupted" | "failed";
  /** Why it failed, in English. */
  readonly reason?: string | undefined;
  /** The same in other languages, where it is known in them. */
  readonly reasons?: Reason["reasons"];
  readonly epochs: readonly RunEpoch[];
  /** What the best epoch is chosen by, e.g. `val_accuracy`. */
  readonly monitor: string;
  /** The best epoch so far; absent before the first one has ended. */
  readonly best?: { readonly epoch: number; readonly value: number } | undefined;
  /** Loss and metrics of the best model on the test images; absent unless the run is finished. */
  readonly test?: Readonly<Record<string, number>> | undefined;
  readonly times: {
    /** When it began first, ISO 8601. */
    readonly began: string;
    /** Wall-clock seconds of each epoch, validation included. */
    readonly epochSeconds: readonly number[];
  };
  /** The run's folder, and the best model in it. */
  readonly folder: string;
  readonly model?: string | undefined;
}

/**
 * The result of a run that nothing came of.
 *
 * @param folder the run's folder
 * @param reason why it failed
 */
export const unmadeResult = (
  request: RunRequest,
  folder: string,
  status: "interrupted" | "failed",
  reason?: Reason,
): RunResult => ({
  digest: requestDigest(request),
  seed: request.seed,
  status,
  ...reason,
  epochs: [],
  monitor: request.configuration.monitor,
  times: { began: new Date().toISOString(), epochSeconds: [] },
  folder,
});
