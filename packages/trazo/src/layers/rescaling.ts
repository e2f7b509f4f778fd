import { TrazoError } from "../errors.js";
import { add, mul } from "../graph/ops.js";
import { formatShape } from "../graph/shape.js";
import type { Value } from "../graph/value.js";
import type { OptionsOf } from "../schema/define.js";
import { option, type RequiredOption, withDefault } from "../schema/option.js";
import { tensor } from "../tensor.js";
import { defineLayer } from "./define-layer.js";
import { sameShape } from "./same-shape.js";

/** One number, or one for each channel. */
const factors = (): RequiredOption<number | readonly number[], number | readonly number[]> =>
  option<number | readonly number[]>({
    expected: "a finite number, or a list with one for each channel",
    accept(value) {
      if (Number.isFinite(value)) return value as number;
      return Array.isArray(value) && value.length > 0 && value.every(Number.isFinite)
        ? [...value]
        : undefined;
    },
    toKeras: (kept) => (typeof kept === "number" ? kept : [...kept]),
    float: true,
  });

export type RescalingOptions = OptionsOf<typeof rescaling>;

/**
 * `x * scale + offset`, as Keras's `Rescaling`: e.g. bytes of pictures to numbers from 0 to 1. Any shape.
 *
 * @throws TrazoError for a wrong option, and, once built, for a list whose length is not that of the last axis
 * @example
 * ```ts
 * layers.rescaling({ scale: 1 / 127.5, offset: -1, inputShape: [96, 96, 3] });
 * ```
 */
export const rescaling = defineLayer({
  className: "Rescaling",
  options: {
    /** A number, or one for each channel. */
    scale: factors(),
    /** A number, or one for each channel. Default 0. */
    offset: withDefault(factors(), 0),
  },
  create: ({ scale, offset }) => ({
    build(inputShape) {
      for (const list of [scale, offset]) {
        if (typeof list === "number" || list.length === inputShape.at(-1)) continue;
        throw new TrazoError(
          `Rescaling has ${list.length} numbers, one for each channel, but the input is ${formatShape(inputShape)}.`,
        );
      }
      return sameShape(inputShape);
    },
    call(x) {
      const scaled = scale === 1 ? x : mul(x, operand(x, scale));
      return offset === 0 ? scaled : add(scaled, operand(x, offset));
    },
  }),
});

const operand = ({ graph }: Value, factors: number | readonly number[]): Value | number =>
  typeof factors === "number"
    ? factors
    : graph.constant(tensor("float32", [factors.length], Float32Array.from(factors)));
