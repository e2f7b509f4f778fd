import { TrazoError } from "../errors.js";
import { reduceMean } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Dim } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import type { ConfigReader } from "./config-reader.js";
import { type Layer, type LayerOptions, layerBase, layerOptionNames } from "./layer.js";

export interface GlobalAveragePooling2dOptions extends LayerOptions {
  /** Keep height and width as axes of size 1. Default false. */
  readonly keepDims?: boolean | undefined;
}

const globalAveragePooling2dOptions = { ...layerOptionNames, keepDims: true } as const;

/** Mean over height and width, as Keras's `GlobalAveragePooling2D`: `[batch, H, W, C]` to `[batch, C]`. */
export function globalAveragePooling2d(options: GlobalAveragePooling2dOptions = {}): Layer {
  requireKnownOptions(options, globalAveragePooling2dOptions, "GlobalAveragePooling2D");
  const keepDims = options.keepDims ?? false;
  return {
    ...layerBase(options),
    className: "GlobalAveragePooling2D",
    build(inputShape) {
      if (inputShape.length !== 4) {
        throw new TrazoError(
          `GlobalAveragePooling2D takes [batch, H, W, C], but got ${formatShape(inputShape)}.`,
        );
      }
      const [batch, , , channels] = inputShape as [Dim, Dim, Dim, Dim];
      return { outputShape: keepDims ? [batch, 1, 1, channels] : [batch, channels], weights: [] };
    },
    call: (x) => reduceMean(x, { axes: [1, 2], keepDims }),
    getConfig: () => ({ data_format: "channels_last", keepdims: keepDims }),
  };
}

export function globalAveragePooling2dFromConfig(config: ConfigReader): Layer {
  config.only("data_format", "channels_last");
  return globalAveragePooling2d({ ...config.layerOptions(), keepDims: config.boolean("keepdims") });
}
