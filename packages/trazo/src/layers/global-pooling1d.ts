import { maxPool2d, reduceMean, reshape } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Dim, Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { keyed, withDefault } from "../schema/option.js";
import { boolean, only } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import { asRow, rowShape } from "./sequences.js";

const globalPooling1d = (className: string, pool: (x: Value) => Value) =>
  defineLayer({
    className,
    options: {
      dataFormat: only("channels_last"),
      /** Keep the steps as an axis of size 1. Default false. */
      keepDims: keyed(withDefault(boolean(), false), "keepdims"),
    },
    create({ keepDims }) {
      const shapeFor = (batch: Dim, channels: Dim): readonly Dim[] =>
        keepDims ? [batch, 1, channels] : [batch, channels];
      return {
        build(inputShape) {
          const [batch, , , channels] = rowShape(className, inputShape);
          return { outputShape: shapeFor(batch, channels), weights: [] };
        },
        call(x) {
          const [batch, , channels] = x.shape as [Dim, Dim, Dim];
          return reshape(pool(x), shapeFor(batch, channels));
        },
      };
    },
  });

export type GlobalPooling1dOptions = OptionsOf<typeof globalAveragePooling1d>;

/**
 * Mean over all steps, as Keras's `GlobalAveragePooling1D`: `[batch, steps, C]` to `[batch, C]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.globalAveragePooling1d();
 * ```
 */
export const globalAveragePooling1d = globalPooling1d("GlobalAveragePooling1D", (x) =>
  reduceMean(x, { axes: [1] }),
);

/**
 * Maximum over all steps, as Keras's `GlobalMaxPooling1D`: `[batch, steps, C]` to `[batch, C]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.globalMaxPooling1d();
 * ```
 */
export const globalMaxPooling1d = globalPooling1d("GlobalMaxPooling1D", (x) => {
  const window = [1, staticDim(x.shape, 1, "GlobalMaxPooling1D")] as const;
  return maxPool2d(asRow("GlobalMaxPooling1D", x), { poolSize: window, strides: window, padding: "valid" });
});
