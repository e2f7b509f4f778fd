import { windowShape } from "../graph/operators/semantic.js";
import { averagePool2d, maxPool2d } from "../graph/ops.js";
import type { Dim } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { defaultFrom, withDefault } from "../schema/option.js";
import { oneOf, type SizeOption, size } from "../schema/options.js";
import { dataFormat } from "./channels-first.js";
import { defineLayer } from "./define-layer.js";

const pooling2d = (className: string, pool: typeof averagePool2d) =>
  defineLayer({
    className,
    options: {
      /** Height and width of the window. Default 2. */
      poolSize: withDefault(size(), 2),
      /** Default `"valid"`. Padding never counts: neither in a mean nor as a maximum. */
      padding: withDefault(oneOf(["valid", "same"]), "valid"),
      /** Default: the pool size, so that windows lie side by side. */
      strides: defaultFrom(size(), ({ poolSize }: { poolSize: SizeOption }) => poolSize),
      dataFormat: dataFormat(),
    },
    create: ({ poolSize, strides, padding }) => ({
      build(inputShape) {
        const size = windowShape(className, inputShape, poolSize, strides, [1, 1], padding);
        return { outputShape: [inputShape[0] as Dim, ...size, inputShape[3] as Dim], weights: [] };
      },
      call: (x) => pool(x, { poolSize, strides, padding }),
    }),
  });

export type Pooling2dOptions = OptionsOf<typeof averagePooling2d>;

/**
 * Mean over windows, as Keras's `AveragePooling2D`. `[batch, H, W, C]` to `[batch, H', W', C]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.averagePooling2d({ poolSize: 2 });
 * ```
 */
export const averagePooling2d = pooling2d("AveragePooling2D", averagePool2d);

/**
 * Maximum over windows, as Keras's `MaxPooling2D`. `[batch, H, W, C]` to `[batch, H', W', C]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.maxPooling2d({ poolSize: [2, 2], strides: 1 });
 * ```
 */
export const maxPooling2d = pooling2d("MaxPooling2D", maxPool2d);
