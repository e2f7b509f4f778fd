import type { Callback, ImageFlow, Runtime, Sequential, Tensor } from "trazo";
import type { Engine, Published, RunRecord, Score } from "../protocol/messages.js";
import type { PictureRun } from "../protocol/pictures.js";
import type { RunSettings } from "../protocol/settings.js";

/** Digits to train on, to validate with and to test with, and where they came from. */
export interface LabData {
  readonly xTrain: Tensor;
  readonly yTrain: Tensor;
  readonly xVal: Tensor;
  readonly yVal: Tensor;
  readonly xTest: Tensor;
  readonly yTest: Tensor;
  readonly source: string;
}

/** A run to train. */
export interface TrainingJob {
  readonly settings: RunSettings;
  /** Steps that the network was trained for before. */
  readonly offset: number;
  /** Makes the compiled network; asked for once. */
  network(): Sequential;
  /** Images that change from epoch to epoch, if they do. */
  flow?(): ImageFlow;
  /** To be told of every step. */
  readonly callback: Callback;
  readonly signal: AbortSignal;
}

/** What came of a run. */
export interface TrainingResult {
  readonly test: Score;
  /** Of its best epoch. */
  readonly weights: readonly Float32Array[];
  /** Where the place keeps it, if that has a path. */
  readonly folder?: string;
}

/** A run that is over, as a place keeps it until the studio is opened again: what is known of it, and what its network has learned. */
export interface KeptRun {
  readonly record: Omit<RunRecord, "moments">;
  readonly weights: readonly Float32Array[];
}

/** A training on pictures that is over, and what its network has learned. */
export interface KeptPictureRun {
  readonly run: PictureRun;
  readonly weights: readonly Float32Array[];
}

/** What the lab needs of the place it runs in. */
export interface LabPorts {
  readonly engine: Engine;
  readonly data: LabData;
  readonly runtime: Runtime;
  readonly published: Published;
  /** Trains a run to its end, and keeps it as the place does. @throws TrainingInterrupted when the signal says so */
  train(job: TrainingJob): Promise<TrainingResult>;
  /** Keeps a run that is over. @throws an error when there is no room */
  keep(run: KeptRun): Promise<void>;
  /** The runs that are kept, the oldest first; what cannot be read any more is left out. */
  kept(): Promise<readonly KeptRun[]>;
  /** Keeps a network for pictures, and says in which folder, if the place has such. @throws an error when there is no room */
  keepPictures(run: PictureRun, model: Sequential): Promise<string | undefined>;
  /** The network for pictures that was kept last, if it can be read. */
  keptPictures(): Promise<KeptPictureRun | undefined>;
}

export const batchSize = 128;
