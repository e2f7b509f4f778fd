import { option, type RequiredOption } from "../schema/option.js";
import { pairOf } from "./edges.js";

/** Numbers of steps at the ends of a sequence: one for both, or one before and one after it. */
export type EndsOption = number | readonly [before: number, after: number];

/** An option that is such numbers, each a non-negative integer. */
export const ends = (): RequiredOption<EndsOption, readonly [before: number, after: number]> =>
  option<EndsOption, readonly [number, number]>({
    expected: "a non-negative integer, or two for before and after",
    accept: pairOf,
    toKeras: (kept) => [...kept],
  });
