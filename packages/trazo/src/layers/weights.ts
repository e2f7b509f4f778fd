import { constraint } from "../constraints/registry.js";
import { initializer } from "../initializers/registry.js";
import { regularizer } from "../regularizers/registry.js";
import type { GivenOptions, KeptOptions } from "../schema/define.js";
import { optional, withDefault } from "../schema/option.js";
import { boolean } from "../schema/options.js";
import type { WeightSpec } from "./layer.js";

const kernel = {
  /** Add a bias. Default true. */
  useBias: withDefault(boolean(), true),
  /** Default `glorotUniform`. */
  kernelInitializer: withDefault(initializer(), "glorotUniform"),
  /** Default `zeros`. */
  biasInitializer: withDefault(initializer(), "zeros"),
  /** A penalty on the kernel, e.g. `l2(0.01)`. Default none. */
  kernelRegularizer: optional(regularizer()),
  /** A penalty on the bias. Default none. */
  biasRegularizer: optional(regularizer()),
  /** A penalty on the layer's output, divided by the batch size. Default none. */
  activityRegularizer: optional(regularizer()),
  /** What the kernel must be after every step, e.g. `constraints.maxNorm({ maxValue: 3 })`. Default anything. */
  kernelConstraint: constraint(),
  /** What the bias must be after every step. Default anything. */
  biasConstraint: constraint(),
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface SharedKernelOptions extends Readonly<typeof kernel> {}

/** The options of a layer with a kernel and a bias. */
export const kernelOptions: SharedKernelOptions = kernel;

/** Options of a layer with a kernel and a bias. */
export type KernelOptions = GivenOptions<typeof kernelOptions>;

/** The same options with their defaults filled in. */
export type KernelSettings = KeptOptions<typeof kernelOptions>;

/**
 * Kernel and bias, in Keras's order.
 *
 * @param outputs how many numbers the bias has. Default: the kernel's last side
 */
export function kernelWeights(
  settings: KernelSettings,
  kernelShape: readonly number[],
  trainable: boolean,
  outputs = kernelShape.at(-1) as number,
): WeightSpec[] {
  const kernel: WeightSpec = {
    name: "kernel",
    shape: kernelShape,
    initializer: settings.kernelInitializer,
    regularizer: settings.kernelRegularizer,
    constraint: settings.kernelConstraint,
    trainable,
  };
  const bias: WeightSpec = {
    name: "bias",
    shape: [outputs],
    initializer: settings.biasInitializer,
    regularizer: settings.biasRegularizer,
    constraint: settings.biasConstraint,
    trainable,
  };
  return settings.useBias ? [kernel, bias] : [kernel];
}
