import { softmax as softmaxOf, transpose } from "../graph/ops.js";
import { normalizeAxis } from "../graph/shape.js";
import type { OptionsOf } from "../schema/define.js";
import { withDefault } from "../schema/option.js";
import { integer } from "../schema/options.js";
import { defineLayer } from "./define-layer.js";
import { sameShape } from "./same-shape.js";

export type SoftmaxOptions = OptionsOf<typeof softmax>;

/**
 * `exp(x) / sum exp(x)` along an axis, as Keras's `Softmax`. Any shape.
 *
 * @throws TrazoError, once built, for an axis that the input does not have
 * @example
 * ```ts
 * layers.softmax();
 * ```
 */
export const softmax = defineLayer({
  className: "Softmax",
  options: {
    /** Counted with the batch as axis 0, or from the end. Default -1, the last. */
    axis: withDefault({ ...integer(), fromKeras: (json) => (Array.isArray(json) ? json[0] : json) }, -1),
  },
  create: ({ axis }) => ({
    build(inputShape) {
      normalizeAxis(axis, inputShape.length);
      return sameShape(inputShape);
    },
    call(x) {
      const last = x.shape.length - 1;
      const along = normalizeAxis(axis, x.shape.length);
      if (along === last) return softmaxOf(x);
      const swapped = x.shape.map((_, i) => (i === along ? last : i === last ? along : i));
      return transpose(softmaxOf(transpose(x, swapped)), swapped);
    },
  }),
});
