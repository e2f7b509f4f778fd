import { windowShape } from "../graph/operators/semantic.js";
import { averagePool2d, maxPool2d, type Padding } from "../graph/ops.js";
import type { Dim } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import type { ConfigReader } from "./config-reader.js";
import { type Layer, type LayerOptions, layerBase, layerOptionNames } from "./layer.js";
import { paddingOption, pairOf, type SizeOption } from "./options.js";

export interface Pooling2dOptions extends LayerOptions {
  /** Height and width of the window. Default 2. */
  readonly poolSize?: SizeOption | undefined;
  /** Default: the pool size, so that windows lie side by side. */
  readonly strides?: SizeOption | undefined;
  /** Default `"valid"`. Padding never counts: neither in a mean nor as a maximum. */
  readonly padding?: Padding | undefined;
}

const pooling2dOptions = { ...layerOptionNames, poolSize: true, strides: true, padding: true } as const;

function pooling2d(className: string, pool: typeof averagePool2d, options: Pooling2dOptions): Layer {
  requireKnownOptions(options, pooling2dOptions, className);
  const poolSize = pairOf(options.poolSize ?? 2, `${className} poolSize`);
  const strides = pairOf(options.strides ?? poolSize, `${className} strides`);
  const padding = paddingOption(options.padding ?? "valid", `${className} padding`);
  return {
    ...layerBase(options),
    className,
    build(inputShape) {
      const size = windowShape(className, inputShape, poolSize, strides, [1, 1], padding);
      return { outputShape: [inputShape[0] as Dim, ...size, inputShape[3] as Dim], weights: [] };
    },
    call: (x) => pool(x, { poolSize, strides, padding }),
    getConfig: () => ({
      pool_size: [...poolSize],
      padding,
      strides: [...strides],
      data_format: "channels_last",
    }),
  };
}

/** Mean over windows, as Keras's `AveragePooling2D`. `[batch, H, W, C]` to `[batch, H', W', C]`. */
export function averagePooling2d(options: Pooling2dOptions = {}): Layer {
  return pooling2d("AveragePooling2D", averagePool2d, options);
}

/** Maximum over windows, as Keras's `MaxPooling2D`. `[batch, H, W, C]` to `[batch, H', W', C]`. */
export function maxPooling2d(options: Pooling2dOptions = {}): Layer {
  return pooling2d("MaxPooling2D", maxPool2d, options);
}

const optionsFromConfig = (config: ConfigReader): Pooling2dOptions => {
  config.only("data_format", "channels_last");
  return {
    ...config.layerOptions(),
    poolSize: config.pair("pool_size"),
    strides: config.pair("strides"),
    padding: config.string("padding") as Padding | undefined,
  };
};

export const averagePooling2dFromConfig = (config: ConfigReader): Layer =>
  averagePooling2d(optionsFromConfig(config));
export const maxPooling2dFromConfig = (config: ConfigReader): Layer =>
  maxPooling2d(optionsFromConfig(config));
