import type { Logs } from "../../callbacks/callback.js";
import type { GeneratorState } from "../../data/augmentation/generator.js";
import type { FlowOptions } from "../../data/augmentation/index.js";
import type { FitOptions } from "../../model/fit-options.js";
import type { Inputs } from "../../model/inputs.js";
import type { TrainingInterrupted } from "../../model/interrupted.js";
import type { ModelCopy, TrainedState } from "../../model/model-copy.js";
import type { SampleWeight, Targets } from "../../model/targets.js";
import type { StateValue } from "../../ports/state-folder.js";
import type { Tensor } from "../../tensor.js";
import type { WebRuntimeOptions } from "../runtime/web-runtime.js";

/** How far a training in a worker has come, after a step. */
export interface TrainingProgress {
  /** From 0. */
  readonly epoch: number;
  readonly epochs: number;
  /** Steps of this epoch that are done, from 1. */
  readonly step: number;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Steps that the optimizer has taken in all. */
  readonly iterations: number;
  /** The mean over the epoch so far, as Keras shows it. */
  readonly loss: number;
  /** This step's own. */
  readonly stepLoss: number;
  /** The metrics over the epoch so far, by name. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Samples per second lately; 0 until it is known. */
  readonly rate: number;
}

/** What a worker trains on. */
export type WorkerData =
  | { readonly kind: "tensors"; readonly x: Inputs; readonly y: Targets }
  | {
      readonly kind: "flow";
      readonly x: Tensor;
      readonly y: Tensor;
      readonly generator: GeneratorState;
      readonly options: FlowOptions;
    };

/** Options of `fit` that a worker is sent: plain data. */
export type WorkerFitOptions = Omit<
  FitOptions,
  "callbacks" | "print" | "signal" | "validationData" | "verbose"
> & { readonly validationData?: TensorValidation };

/** Validation data that can be sent. */
export type TensorValidation = readonly [x: Inputs, y: Targets, sampleWeight?: SampleWeight];

/** What callbacks on the page answer to a hook. */
export interface HookAnswer {
  readonly logs: Logs;
  readonly stop: boolean;
  /** Undefined where a schedule decides it. */
  readonly learningRate: number | undefined;
  /** Set where a callback has changed them. */
  readonly weights: readonly Float32Array[] | undefined;
  /** Of the callbacks, in their order; set where the training has a backup. */
  readonly states: readonly StateValue[] | undefined;
}

/** The callbacks on the page, as the worker knows them. */
export interface WorkerCallbacks {
  /** Names of the hooks that any of them has. */
  readonly hooks: readonly string[];
  /** For each the names of its hooks. */
  readonly shapes: readonly string[];
  readonly states: readonly StateValue[];
}

/** What the page tells the worker. */
export type ToWorker =
  | {
      readonly type: "train";
      readonly model: ModelCopy;
      readonly data: WorkerData;
      readonly options: WorkerFitOptions;
      readonly runtime: WebRuntimeOptions;
      readonly callbacks: WorkerCallbacks;
    }
  | { readonly type: "answer"; readonly answer: HookAnswer }
  | {
      readonly type: "control";
      readonly paused?: boolean;
      readonly learningRate?: number;
      readonly end?: "stop" | "interrupt";
    }
  | { readonly type: "state" };

/** What the worker tells the page. */
export type FromWorker =
  | { readonly type: "progress"; readonly progress: TrainingProgress }
  | { readonly type: "params"; readonly params: WorkerParams }
  | {
      readonly type: "hook";
      readonly hook: string;
      /** Of the epoch or batch, where the hook has one. */
      readonly number: number | undefined;
      readonly logs: Logs;
      readonly iterations: number;
      readonly samplesDone: number;
      /** Set at the ends of epochs and of training. */
      readonly state: TrainedState | undefined;
    }
  | { readonly type: "state"; readonly state: TrainedState }
  /** The training goes on from a backup: with its seed, its model, and its callbacks' states. */
  | {
      readonly type: "resumed";
      readonly seed: number;
      readonly state: TrainedState;
      readonly states: readonly StateValue[];
    }
  | { readonly type: "ended" }
  | { readonly type: "failed"; readonly error: WorkerError; readonly state: TrainedState | undefined };

/** What is going to happen, as `fit` tells callbacks. */
export interface WorkerParams {
  readonly epochs: number;
  readonly steps: number;
  readonly batchSize: number;
  readonly samples: number;
}

/** An error as it can be sent. */
export interface WorkerError {
  readonly message: string;
  /** Whether it is one of those that say what was wrong and what to do. */
  readonly isOwn: boolean;
  /** Set where training was interrupted. */
  readonly interrupted?: Pick<TrainingInterrupted, "backupDir" | "batch" | "epoch">;
}

/** All arrays of a state, which the receiver may have. */
export const buffersOf = ({ weights, slots }: TrainedState): ArrayBuffer[] =>
  [...weights, ...slots.flat()].map(({ buffer }) => buffer as ArrayBuffer);
