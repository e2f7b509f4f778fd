import { type OptionalOption, option, withDefault } from "../schema/option.js";

/** The least and the greatest value of pixels. */
export type ValueRange = readonly [low: number, high: number];

/** An option that is such a range, by default that of bytes. */
export const valueRange = (): OptionalOption<ValueRange, ValueRange> =>
  withDefault(
    option<ValueRange>({
      expected: "two finite numbers, the lower one first, e.g. [0, 1]",
      accept(value) {
        const [low, high, ...others] = Array.isArray(value) ? value : [];
        const fits = Number.isFinite(low) && Number.isFinite(high) && low < high && others.length === 0;
        return fits ? [low, high] : undefined;
      },
      toKeras: (range) => [...range],
    }),
    [0, 255],
  );
