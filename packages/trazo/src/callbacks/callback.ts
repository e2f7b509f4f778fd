import type { StateValue } from "../ports/state-folder.js";

/** Numbers of an epoch or of a batch: `loss`, `accuracy`, `val_loss`, … in Keras 2's order. */
export type Logs = Record<string, number>;

/** What a callback may see and do of the model that is being trained. */
export interface TrainingModel {
  /** Set to true to end training after the current batch or epoch. */
  stopTraining: boolean;
  readonly optimizer: {
    learningRate: number;
    readonly iterations: number;
    /** What decides the learning rate, which then cannot be set; undefined where it is a number. */
    readonly schedule?: { readonly className: string } | undefined;
  };
  /** Writes the whole model (`.h5`), or its weights alone (`.weights.h5`), atomically. */
  save(path: string): Promise<void>;
  saveWeights(path: string): Promise<void>;
  /** Rejects where `save` to such a file would, as far as that is known before training. */
  requireSavable?(path: string): Promise<void>;
  /** Copies of all weights, in the model's order. */
  getWeights(): Float32Array[];
  setWeights(weights: readonly Float32Array[]): void;
}

/** What `fit` tells every callback before it starts. */
export interface CallbackParams {
  readonly epochs: number;
  /** Batches per epoch; 0 where that is not known before the epoch ends. */
  readonly steps: number;
  readonly batchSize: number;
  /** All there are, whether or not an epoch takes them all; 0 where that is not known. */
  readonly samples: number;
  /** How many were in the training batches so far, counted as they come: some batches are smaller. 0 without training. */
  readonly samplesDone: () => number;
  readonly verbose: 0 | 1 | 2;
  /** Where messages go; standard output unless a caller redirects them. */
  readonly print: (text: string) => void;
}

type Hook<A extends unknown[]> = (...args: A) => void | Promise<void>;

/**
 * Keras's hooks. All are optional. Epochs and batches count from 0. The same `logs` object is
 * handed down the list at an epoch's end, so a key added by one callback is seen by the next.
 */
export interface Callback {
  /**
   * Its hooks for batches neither look at the model's weights nor change them: where those are in a GPU's memory, they can stay
   * there from batch to batch. Default false.
   */
  readonly logsOnly?: boolean;
  /** Called by `fit` before anything else: throws when the callback cannot work with the model. */
  requireTrainable?(model: TrainingModel): void;
  /** Called before `onTrainBegin` (or `onTestBegin`, `onPredictBegin`) with what is going to happen. */
  setParams?(params: CallbackParams): void;
  /** Called before `setParams` with the model that is trained, evaluated or asked to predict. */
  setModel?(model: TrainingModel): void;
  /** What it has to know again when an interrupted `fit` with a `backup` resumes. Asked for whenever the state is saved. */
  getState?(): StateValue;
  /** Takes what `getState` gave in the interrupted run. Called after `onTrainBegin`, and after `onEpochBegin` within an epoch. */
  setState?(state: StateValue): void;
  onTrainBegin?: Hook<[logs: Logs]>;
  onTrainEnd?: Hook<[logs: Logs]>;
  onEpochBegin?: Hook<[epoch: number, logs: Logs]>;
  onEpochEnd?: Hook<[epoch: number, logs: Logs]>;
  onTrainBatchBegin?: Hook<[batch: number, logs: Logs]>;
  onTrainBatchEnd?: Hook<[batch: number, logs: Logs]>;
  onTestBegin?: Hook<[logs: Logs]>;
  onTestEnd?: Hook<[logs: Logs]>;
  onTestBatchBegin?: Hook<[batch: number, logs: Logs]>;
  onTestBatchEnd?: Hook<[batch: number, logs: Logs]>;
  onPredictBegin?: Hook<[logs: Logs]>;
  onPredictEnd?: Hook<[logs: Logs]>;
  onPredictBatchBegin?: Hook<[batch: number, logs: Logs]>;
  onPredictBatchEnd?: Hook<[batch: number, logs: Logs]>;
}
