import type { Callback } from "../callbacks/callback.js";
import type { ImageFlow } from "../data/augmentation/index.js";
import type { Dataset } from "../data/datasets/dataset.js";
import type { BackupOptions } from "./backup.js";
import type { Batches } from "./batch-stream.js";
import type { Inputs } from "./inputs.js";
import type { SampleWeight, Targets } from "./targets.js";
import type { ClassWeight } from "./weighting.js";

/** Inputs and targets, with weights on the loss of each sample where given; a function of batches is called for each validation. */
export type ValidationData =
  | readonly [x: Inputs, y: Targets, sampleWeight?: SampleWeight]
  | Dataset
  | ImageFlow
  | Batches;

/** Options of `fit`. */
export interface FitOptions {
  /** Samples a batch. Default 32; an image flow has its own. */
  readonly batchSize?: number | undefined;
  /** The number of the last epoch: training runs from `initialEpoch` up to it. Default 1. */
  readonly epochs?: number | undefined;
  /** Epochs already done, when training resumes. Default 0. */
  readonly initialEpoch?: number | undefined;
  /** 0 nothing, 1 a progress bar (in a notebook, one line and the curves), 2 a line per epoch. Default: 1 on a terminal and in notebooks, else 2. */
  readonly verbose?: 0 | 1 | 2 | undefined;
  /** Told of every epoch and batch, in their order; what one adds to an epoch's logs the next sees. Default none. */
  readonly callbacks?: readonly Callback[] | undefined;
  /** Evaluated after every epoch. Takes precedence over `validationSplit`. */
  readonly validationData?: ValidationData | undefined;
  /** Fraction of the data, from its end and before shuffling, kept for validation. Default 0. Not with a flow. */
  readonly validationSplit?: number | undefined;
  /** Default: `batchSize`. */
  readonly validationBatchSize?: number | undefined;
  /** Validate every this many epochs, or after the epochs listed (counted from 1). Default 1. */
  readonly validationFreq?: number | readonly number[] | undefined;
  /** A new order of the samples in every epoch. Default true; an image flow has its own. */
  readonly shuffle?: boolean | undefined;
  /**
   * Factors on the loss of the training samples by class number, e.g. `{ 8: 2.5 }`; other classes count 1. Multiplied with
   * `sampleWeight`. For models of one output. Default none.
   */
  readonly classWeight?: ClassWeight | undefined;
  /**
   * One factor a sample on its loss, or a tensor with one for each of its places, such as `[samples, height, width]` for pixels; for several
   * outputs also one of these each. An image flow has its own.
   */
  readonly sampleWeight?: SampleWeight | undefined;
  /**
   * Batches per epoch; the next epoch continues where this one ends. Default: all samples once; for a function of batches, all that it
   * gives.
   */
  readonly stepsPerEpoch?: number | undefined;
  /** Batches of a validation. Default: all. */
  readonly validationSteps?: number | undefined;
  /** Where progress and messages go. Default: standard output. */
  readonly print?: ((text: string) => void) | undefined;
  /**
   * Saves the state of training, so that the same call after a crash continues as if nothing had happened: same weights, same
   * history, to the last bit. As Keras's `BackupAndRestore`, to the step. Default: none.
   */
  readonly backup?: BackupOptions | undefined;
  /**
   * Interrupts training: the step is finished, the state saved when there is a `backup`, and `fit` rejects with
   * `TrainingInterrupted`. To end training as if it were complete, set `stopTraining` instead.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Stop with an error as soon as the loss is NaN or infinite, before the weights are touched, naming the first tensor
   * that went wrong; also when the validation loss is, or a weight has become so, before a callback can save the model.
   * Default false, as in Keras: training continues.
   */
  readonly stopOnNonFinite?: boolean | undefined;
}

export const fitOptionNames: Readonly<Record<keyof FitOptions, true>> = {
  batchSize: true,
  epochs: true,
  initialEpoch: true,
  verbose: true,
  callbacks: true,
  validationData: true,
  validationSplit: true,
  validationBatchSize: true,
  validationFreq: true,
  shuffle: true,
  classWeight: true,
  sampleWeight: true,
  stepsPerEpoch: true,
  validationSteps: true,
  print: true,
  backup: true,
  signal: true,
  stopOnNonFinite: true,
};
