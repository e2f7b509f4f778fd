import { TrazoError } from "../errors.js";
import { add, matMul } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import { type Activation, activate, activationOption, activationToKeras } from "./activations.js";
import { penalizeActivity } from "./activity.js";
import type { ConfigReader } from "./config-reader.js";
import { type Layer, type LayerOptions, layerBase, layerOptionNames } from "./layer.js";
import { positiveInteger } from "./options.js";
import {
  type KernelOptions,
  kernelConfig,
  kernelOptionNames,
  kernelOptionsFromConfig,
  kernelSettings,
  kernelWeights,
} from "./weights.js";

export interface DenseOptions extends LayerOptions, KernelOptions {
  /** Size of the output. */
  readonly units: number;
  /** A name, Trazo's or Keras's: `"leakyRelu"` or `"leaky_relu"`. Default `"linear"`. */
  readonly activation?: Activation | (string & {}) | null | undefined;
}

const denseOptions = { ...layerOptionNames, ...kernelOptionNames, units: true, activation: true } as const;

/**
 * A fully connected layer, as Keras's `Dense`: `activation(x · kernel + bias)` over the last axis.
 *
 * Input `[batch, ..., n]`; output `[batch, ..., units]`. Weights: `kernel` `[n, units]`, `bias` `[units]`.
 */
export function dense(options: DenseOptions): Layer {
  requireKnownOptions(options, denseOptions, "Dense");
  const units = positiveInteger(options.units, "Dense units");
  const activation = activationOption(options.activation, "Dense");
  const settings = kernelSettings(options);
  const base = layerBase(options);
  return {
    ...base,
    className: "Dense",
    build(inputShape) {
      const width = inputShape.at(-1);
      if (inputShape.length < 2 || typeof width !== "number") {
        throw new TrazoError(
          `Dense needs an input [batch, ..., n] with n known, but got ${formatShape(inputShape)}.`,
        );
      }
      return {
        outputShape: [...inputShape.slice(0, -1), units],
        weights: kernelWeights(settings, [width, units], base.trainable),
      };
    },
    call(x, { kernel, bias }, context) {
      const y = matMul(x, kernel as Value);
      const output = activate(bias ? add(y, bias) : y, activation);
      penalizeActivity(output, settings.activityRegularizer, context);
      return output;
    },
    getConfig: () => ({ units, activation: activationToKeras(activation), ...kernelConfig(settings) }),
  };
}

export function denseFromConfig(config: ConfigReader): Layer {
  config.only("quantization_config");
  config.only("lora_rank");
  return dense({
    ...config.layerOptions(),
    ...kernelOptionsFromConfig(config),
    units: config.number("units") as number,
    activation: config.activation("activation"),
  });
}
