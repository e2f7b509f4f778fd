import { option, type RequiredOption } from "../schema/option.js";

/** Sizes at the edges of an image: one number for all, one for height and one for width, or `[[top, bottom], [left, right]]`. */
export type EdgesOption =
  | number
  | readonly [height: number, width: number]
  | readonly [height: readonly [number, number], width: readonly [number, number]];

export type Edges = readonly [height: readonly [number, number], width: readonly [number, number]];

/** An option that is such sizes, each a non-negative integer. */
export const edges = (): RequiredOption<EdgesOption, Edges> =>
  option<EdgesOption, Edges>({
    expected: "a non-negative integer, a pair for height and width, or [[top, bottom], [left, right]]",
    accept(value) {
      const [height, width, ...others] = Array.isArray(value) ? value : [value, value];
      const [vertical, horizontal] = [pairOf(height), pairOf(width)];
      return vertical && horizontal && others.length === 0 ? [vertical, horizontal] : undefined;
    },
    toKeras: (kept) => kept.map((pair) => [...pair]),
  });

/** What is taken at both ends of an axis: two numbers, or one for both. */
export function pairOf(value: unknown): readonly [number, number] | undefined {
  const [before, after, ...others] = Array.isArray(value) ? value : [value, value];
  return isSize(before) && isSize(after) && others.length === 0 ? [before, after] : undefined;
}

const isSize = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
