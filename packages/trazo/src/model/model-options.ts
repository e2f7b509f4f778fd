import type { Callback } from "../callbacks/callback.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { OptimizerName } from "../optimizers/registry.js";
import type { Runtime } from "../runtime/runtime.js";
import type { DType } from "../tensor.js";
import type { FitOptions } from "./fit-options.js";
import type { Goals, LossSpec, PerOutput } from "./goals.js";
import type { SampleWeight } from "./targets.js";

/** Options that every model takes. */
export interface ModelOptions {
  /** Names the model in messages and files. Default: its kind, e.g. `sequential`. */
  readonly name?: string | undefined;
  /**
   * Everything random in the model (first weights, shuffles, masks) follows from it: the same seed,
   * machine and number of threads give the same bytes. Default: a random one.
   */
  readonly seed?: number | undefined;
  /** What runs the graphs. Default: ONNX Runtime on the CPU, with a thread for each processor. */
  readonly runtime?: Runtime | Promise<Runtime> | undefined;
  /**
   * For a model that is to be a layer of another one: what it computes is forgotten in training, and computed again when its gradients
   * are (Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost"). Takes a third more time for these layers, and much less
   * memory where pictures are large. Only a plan does so; see `nodeRuntime`'s `engine`. Files do not hold this option. Default false.
   */
  readonly checkpoint?: boolean | undefined;
}

export const modelOptions = { name: true, seed: true, runtime: true, checkpoint: true } as const;

/** What `compile` is told. */
export interface CompileOptions {
  /** Default `"rmsprop"`, as in Keras. */
  readonly optimizer?: OptimizerName | Optimizer | (string & {}) | undefined;
  /**
   * What to minimize: a name, Trazo's or Keras's (`"categoricalCrossentropy"`, `"categorical_crossentropy"`, `"mse"`), or a loss.
   * For a model of several outputs one for all of them, or one for each, as a list in their order or by their names; an output whose
   * loss is `null` is not trained. `null` alone: the model is trained by steps of your own.
   */
  readonly loss: LossSpec | null | PerOutput<LossSpec | null>;
  /** What the losses of several outputs are multiplied by in their sum, as a list or by the outputs' names. Default 1 each. */
  readonly lossWeights?: Goals["lossWeights"];
  /** Averaged over the samples, whatever their weights. For several outputs one, or a list, for each: as a list or by their names. */
  readonly metrics?: Goals["metrics"];
  /** Averaged with the sample and class weights. Where `metrics` has the name too, it is `weighted_<name>`. */
  readonly weightedMetrics?: Goals["metrics"];
}

export const compileOptions = {
  optimizer: true,
  loss: true,
  lossWeights: true,
  metrics: true,
  weightedMetrics: true,
} as const;

/** Options of `evaluate`. */
export interface EvaluateOptions {
  /** Default 32. */
  readonly batchSize?: number | undefined;
  /** One factor a sample on its loss, or a tensor with one for each of its places; for several outputs also one each. Default 1 for all. */
  readonly sampleWeight?: SampleWeight | undefined;
  /** Batches to evaluate. Default: all. */
  readonly steps?: number | undefined;
  /** Told of every batch, in their order. Default none. */
  readonly callbacks?: readonly Callback[] | undefined;
  /** 0 prints nothing, 1 a progress bar (on a terminal), 2 one line at the end. Default 0; Keras's is 1. */
  readonly verbose?: 0 | 1 | 2 | undefined;
  /** Where that goes. Default: standard output. */
  readonly print?: ((text: string) => void) | undefined;
}

export const evaluateOptions = {
  batchSize: true,
  sampleWeight: true,
  steps: true,
  callbacks: true,
  verbose: true,
  print: true,
} as const;

/** Options of `predict`. */
export interface PredictOptions {
  /** Default 32. */
  readonly batchSize?: number | undefined;
  /** Told of every batch, in their order. Default none. */
  readonly callbacks?: readonly Callback[] | undefined;
  /** 0 prints nothing, 1 a progress bar (on a terminal), 2 one line at the end. Default 0; Keras's is 1. */
  readonly verbose?: 0 | 1 | 2 | undefined;
  /** Where that goes. Default: standard output. */
  readonly print?: ((text: string) => void) | undefined;
}

export const predictOptions = { batchSize: true, callbacks: true, verbose: true, print: true } as const;

/** Options of `summary`. */
export interface SummaryOptions {
  /** Takes the whole table, without a line break at its end. Default: `console.log`. */
  readonly print?: ((text: string) => void) | undefined;
  /** Characters per line that the table should fit, as for a narrow terminal. Default: no limit. */
  readonly lineLength?: number | undefined;
}

/** Options of `trainGraph`. */
export interface TrainGraphOptions {
  /** How the images are stored. Default float32, already scaled. */
  readonly inputDtype?: DType | undefined;
  /** What the graph divides them by, e.g. 255. Default 1. */
  readonly inputDivisor?: number | undefined;
}

export const trainGraphOptions = { inputDtype: true, inputDivisor: true } as const;

/** Options of `trainOnBatch`. */
export type BatchOptions = Pick<FitOptions, "sampleWeight" | "classWeight">;

/** A weight of a model. */
export interface NamedWeight {
  /** The layer's name, within a nested model after that model's: `backbone/conv2d`. */
  readonly layer: string;
  /** Keras's name of the weight within its layer, e.g. `kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}
