import { TrazoError } from "../errors.js";
import { formatShape, staticDim } from "../graph/shape.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { cropped } from "./cropping2d.js";
import { defineLayer } from "./define-layer.js";
import { ends } from "./ends.js";
import { rowShape } from "./sequences.js";

export type Cropping1dOptions = OptionsOf<typeof cropping1d>;

/**
 * Sequences without their ends, as Keras's `Cropping1D`. `[batch, steps, C]` to `[batch, steps - before - after, C]`.
 *
 * @throws TrazoError for a wrong option, and, once built, where nothing would be left
 * @example
 * ```ts
 * layers.cropping1d({ cropping: [0, 2] });
 * ```
 */
export const cropping1d = defineLayer({
  className: "Cropping1D",
  options: {
    /** One number for both ends, or `[before, after]`. Default 1. */
    cropping: withDefault(ends(), 1),
  },
  create: ({ cropping: [before, after] }) => ({
    build(inputShape) {
      const [batch, , , channels] = rowShape("Cropping1D", inputShape);
      const steps = staticDim(inputShape, 1, "Cropping1D") - before - after;
      if (steps < 1) {
        throw new TrazoError(`Cropping1D would leave nothing of sequences ${formatShape(inputShape)}.`);
      }
      return { outputShape: [batch, steps, channels], weights: [] };
    },
    call: (x) => cropped(x, 1, [before, after]),
  }),
});
