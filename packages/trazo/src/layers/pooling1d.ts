import { windowShape } from "../graph/operators/semantic.js";
import { averagePool2d, maxPool2d } from "../graph/ops.js";
import type { OptionsOf } from "../schema/define.js";
import { defaultFrom, withDefault } from "../schema/option.js";
import { oneOf, only } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import { asRow, fromRow, rowShape, steps } from "./sequences.js";

const pooling1d = (className: string, pool: typeof averagePool2d) =>
  defineLayer({
    className,
    options: {
      /** Length of the window. Default 2. */
      poolSize: withDefault(steps(), 2),
      /** Default: the pool size, so that windows lie side by side. */
      strides: defaultFrom(steps(), ({ poolSize }: { poolSize: number }) => poolSize),
      /** Default `"valid"`. Padding never counts: neither in a mean nor as a maximum. */
      padding: withDefault(oneOf(["valid", "same"]), "valid"),
      dataFormat: only("channels_last"),
    },
    create: ({ poolSize, strides, padding }) => ({
      build(inputShape) {
        const shape = rowShape(className, inputShape);
        const [, length] = windowShape(className, shape, [1, poolSize], [1, strides], [1, 1], padding);
        return { outputShape: [shape[0], length, shape[3]], weights: [] };
      },
      call: (x) =>
        fromRow(pool(asRow(className, x), { poolSize: [1, poolSize], strides: [1, strides], padding })),
    }),
  });

export type Pooling1dOptions = OptionsOf<typeof averagePooling1d>;

/**
 * Mean over windows, as Keras's `AveragePooling1D`. `[batch, steps, C]` to `[batch, newSteps, C]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.averagePooling1d({ poolSize: 4 });
 * ```
 */
export const averagePooling1d = pooling1d("AveragePooling1D", averagePool2d);

/**
 * Maximum over windows, as Keras's `MaxPooling1D`. `[batch, steps, C]` to `[batch, newSteps, C]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.maxPooling1d({ poolSize: 3, strides: 1 });
 * ```
 */
export const maxPooling1d = pooling1d("MaxPooling1D", maxPool2d);
