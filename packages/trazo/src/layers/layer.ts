import type { Constraint } from "../constraints/constraint.js";
import type { JsonObject } from "../errors.js";
import type { Shape, Value } from "../graph/value.js";
import type { Initializer } from "../initializers/initializer.js";
import type { Regularizer } from "../regularizers/regularizer.js";
import type { Configured } from "../schema/define.js";

/** A weight that a layer needs. */
export interface WeightSpec {
  /** Keras's name within the layer: `kernel`, `bias`, `gamma`, … */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initializer: Initializer;
  readonly trainable: boolean;
  readonly regularizer?: Regularizer | undefined;
  /** What training makes of it after every step. */
  readonly constraint?: Constraint | undefined;
}

/** What a layer becomes once its input's shape is known. */
export interface BuiltLayer {
  readonly outputShape: Shape;
  /** In Keras's order: trainable first. */
  readonly weights: readonly WeightSpec[];
}

/** What a layer may ask for while it emits its part of a graph. */
export interface CallContext {
  readonly training: boolean;
  /** False where the layer is frozen: what follows the data in training, such as moving averages, then stays as it is. */
  readonly trainable: boolean;
  /** Whether an earlier layer has weights to train, so that a gradient has to flow through this one. */
  readonly needsInputGradient: boolean;
  /** A tensor that the training loop draws again for every batch: 0 with probability `rate`, else 1/(1-rate). */
  dropoutMask(rate: number, shape: Shape): Value;
  /** A tensor of standard normals that the training loop draws again for every batch. */
  normalNoise(shape: Shape): Value;
  /** A tensor of numbers uniform on [0, 1) that the training loop draws again for every batch. */
  uniformNoise(shape: Shape): Value;
  /** After the step, the weight of that name takes this value (moving averages). */
  updateWeight(name: string, value: Value): void;
  /** Adds a scalar to the loss (activity regularizers). */
  addLoss(penalty: Value): void;
}

/** What every layer says of itself. */
export interface LayerBase extends Configured {
  /** Unique within a model; given by the model when the options name none. */
  readonly name: string | undefined;
  /** False where the layer's weights are frozen. */
  readonly trainable: boolean;
  /** Given to the first layer of a model: the shape of one sample, without the batch dimension. */
  readonly inputShape: readonly number[] | undefined;
  /**
   * What the layer would have to do in training and cannot, in words: a model with such a layer predicts, but is not trained.
   * Read from files only, e.g. `noise_shape = [null, 1]`.
   */
  readonly unsupportedInTraining?: string | undefined;
  /** Keras's configuration without `name`, `trainable` and `dtype`, which every layer has. */
  getConfig(): JsonObject;
}

/**
 * A layer is a configuration, a rule from input shape to weights and output shape, and a function
 * that emits its part of a graph. It holds no weights: the model does.
 */
export interface Layer extends LayerBase {
  readonly takes?: "one" | undefined;
  /**
   * Shapes include the batch dimension. The weights are those of the layer when it is not frozen: freezing is the model's.
   *
   * @throws TrazoError when the input does not fit.
   */
  build(inputShape: Shape): BuiltLayer;
  /** Emits the layer's part of a graph. */
  call(x: Value, weights: Readonly<Record<string, Value>>, context: CallContext): Value;
}

/** A layer that makes one tensor of several, such as a sum; `apply(layer, [a, b])` takes it. */
export interface MergeLayer extends LayerBase {
  readonly takes: "several";
  /** As a `Layer`'s, for the shapes of all inputs. */
  build(inputShapes: readonly Shape[]): BuiltLayer;
  /** Emits the layer's part of a graph. */
  call(xs: readonly Value[], weights: Readonly<Record<string, Value>>, context: CallContext): Value;
}

/** A layer by what it takes. */
export type AnyLayer = Layer | MergeLayer;
