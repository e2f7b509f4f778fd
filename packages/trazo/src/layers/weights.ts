import type { JsonObject } from "../errors.js";
import { glorotUniform, type Initializer, zeros } from "../initializers/index.js";
import { type InitializerName, initializer } from "../initializers/registry.js";
import { regularizer } from "../regularizers/registry.js";
import type { Regularizer } from "../regularizers/regularizer.js";
/** Options of a layer with a kernel and a bias. */ import { optional } from "../schema/option.js";
import type { ConfigReader } from "./config-reader.js";
import type { WeightSpec } from "./layer.js";

const penalty = optional(regularizer());

export interface KernelOptions {
  /** Default true. */
  readonly useBias?: boolean | undefined;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerName | Initializer | (string & {}) | undefined;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerName | Initializer | (string & {}) | undefined;
  /** A penalty on the kernel, e.g. `l2(0.01)`. Default none. */
  readonly kernelRegularizer?: string | Regularizer | undefined;
  /** A penalty on the bias. Default none. */
  readonly biasRegularizer?: string | Regularizer | undefined;
  /** A penalty on the layer's output, divided by the batch size. Default none. */
  readonly activityRegularizer?: string | Regularizer | undefined;
}

/** The names of `KernelOptions`, for `requireKnownOptions`. */
export const kernelOptionNames = {
  useBias: true,
  kernelInitializer: true,
  biasInitializer: true,
  kernelRegularizer: true,
  biasRegularizer: true,
  activityRegularizer: true,
} as const;

/** The same options with their defaults filled in. */
export interface KernelSettings {
  readonly useBias: boolean;
  readonly kernelInitializer: Initializer;
  readonly biasInitializer: Initializer;
  readonly kernelRegularizer: Regularizer | undefined;
  readonly biasRegularizer: Regularizer | undefined;
  readonly activityRegularizer: Regularizer | undefined;
}

export function kernelSettings(options: KernelOptions): KernelSettings {
  return {
    useBias: options.useBias ?? true,
    kernelInitializer: initializer().parse(options.kernelInitializer ?? glorotUniform(), "kernelInitializer"),
    biasInitializer: initializer().parse(options.biasInitializer ?? zeros(), "biasInitializer"),
    kernelRegularizer: penalty.parse(options.kernelRegularizer, "kernelRegularizer"),
    biasRegularizer: penalty.parse(options.biasRegularizer, "biasRegularizer"),
    activityRegularizer: penalty.parse(options.activityRegularizer, "activityRegularizer"),
  };
}

/** Kernel and bias, in Keras's order. */
export function kernelWeights(
  settings: KernelSettings,
  kernelShape: readonly number[],
  trainable: boolean,
): WeightSpec[] {
  const kernel: WeightSpec = {
    name: "kernel",
    shape: kernelShape,
    initializer: settings.kernelInitializer,
    regularizer: settings.kernelRegularizer,
    trainable,
  };
  const bias: WeightSpec = {
    name: "bias",
    shape: [kernelShape.at(-1) as number],
    initializer: settings.biasInitializer,
    regularizer: settings.biasRegularizer,
    trainable,
  };
  return settings.useBias ? [kernel, bias] : [kernel];
}

export function kernelConfig(settings: KernelSettings): JsonObject {
  return {
    use_bias: settings.useBias,
    kernel_initializer: initializer().toKeras(settings.kernelInitializer),
    bias_initializer: initializer().toKeras(settings.biasInitializer),
    kernel_regularizer: penalty.toKeras(settings.kernelRegularizer),
    bias_regularizer: penalty.toKeras(settings.biasRegularizer),
    activity_regularizer: penalty.toKeras(settings.activityRegularizer),
    kernel_constraint: null,
    bias_constraint: null,
  };
}

export function kernelOptionsFromConfig(config: ConfigReader): KernelOptions {
  config.trainingOnly("kernel_constraint");
  config.trainingOnly("bias_constraint");
  return {
    useBias: config.boolean("use_bias"),
    kernelInitializer: config.initializer("kernel_initializer"),
    biasInitializer: config.initializer("bias_initializer"),
    kernelRegularizer: config.regularizer("kernel_regularizer"),
    biasRegularizer: config.regularizer("bias_regularizer"),
    activityRegularizer: config.regularizer("activity_regularizer"),
  };
}
