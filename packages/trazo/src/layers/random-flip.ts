import { gather, greater, reshape, where } from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Dim, Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { oneOf } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import { imagesInTraining } from "./images-in-training.js";
import { randomOptions } from "./random-options.js";

export type RandomFlipOptions = OptionsOf<typeof randomFlip>;

/**
 * Mirrors every other image on average while training; the identity otherwise (Keras's `RandomFlip`). As in Keras 3, one draw
 * decides for both directions. Which images follows from the model's seed.
 *
 * @throws TrazoError for a wrong option
 * @example
 * ```ts
 * layers.randomFlip({ mode: "horizontal" });
 * ```
 */
export const randomFlip = defineLayer({
  className: "RandomFlip",
  options: {
    /** `"horizontal"` swaps left and right, `"vertical"` top and bottom, `"horizontal_and_vertical"` (default) both. */
    mode: withDefault(
      oneOf(["horizontal", "vertical", "horizontal_and_vertical"]),
      "horizontal_and_vertical",
    ),
    ...randomOptions,
  },
  create: ({ mode }) =>
    imagesInTraining("RandomFlip", (x, { uniformNoise }) => {
      const batch = x.shape[0] as Dim;
      const stays = greater(reshape(uniformNoise([batch, 1]), [batch, 1, 1, 1]), 0.5);
      const across = mode === "vertical" ? x : reversed(x, 2);
      return where(stays, x, mode === "horizontal" ? across : reversed(across, 1));
    }),
});

/** An axis from its end to its beginning. */
function reversed(x: Value, axis: 1 | 2): Value {
  const length = staticDim(x.shape, axis, "RandomFlip");
  const places = Int32Array.from({ length }, (_, i) => length - 1 - i);
  return gather(x, places, [length], axis);
}
