import { pad } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { OptionsOf } from "../schema/define.js";
import { keyed, withDefault } from "../schema/option.js";
import { only } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import { ends } from "./ends.js";
import { asRow, fromRow, rowShape } from "./sequences.js";

export type ZeroPadding1dOptions = OptionsOf<typeof zeroPadding1d>;

/**
 * Zeros around sequences, as Keras's `ZeroPadding1D`. `[batch, steps, C]` to `[batch, before + steps + after, C]`.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.zeroPadding1d({ padding: [2, 0] });
 * ```
 */
export const zeroPadding1d = defineLayer({
  className: "ZeroPadding1D",
  options: {
    /** One number for both ends, or `[before, after]`. Default 1. */
    padding: withDefault(ends(), 1),
    // tf_keras's class has no such entry.
    dataFormat: keyed(only("channels_last"), null, "data_format"),
  },
  create: ({ padding: [before, after] }) => ({
    build(inputShape) {
      const [batch, , , channels] = rowShape("ZeroPadding1D", inputShape);
      const steps = staticDim(inputShape, 1, "ZeroPadding1D") + before + after;
      return { outputShape: [batch, steps, channels], weights: [] };
    },
    call: (x) => fromRow(pad(asRow("ZeroPadding1D", x), [0, 0, before, 0], [0, 0, after, 0])),
  }),
});
