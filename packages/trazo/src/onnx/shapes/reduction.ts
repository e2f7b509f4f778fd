import { intOf } from "../attributes.js";
import { elementType } from "../element-types.js";
import { axisIn, axisOf, elements, type Given, input, intsFrom, one, type ShapeRule } from "./rule.js";

const without = (shape: readonly number[], axes: ReadonlySet<number>, keep: boolean): number[] =>
  shape.flatMap((dim, axis) => {
    if (!axes.has(axis)) return [dim];
    return keep ? [1] : [];
  });

const keeps = ({ node }: Given): boolean => (intOf(node, "keepdims") ?? 1) !== 0;

const reduction: ShapeRule = (given) => {
  const x = input(given, 0);
  const stated = intsFrom(given, 1, "axes") ?? [];
  const rank = x.shape.length;
  if (stated.length === 0 && (intOf(given.node, "noop_with_empty_axes") ?? 0) !== 0) return one(x);
  const all = stated.length === 0 ? x.shape.map((_, axis) => axis) : stated;
  const axes = new Set(all.map((axis) => axisIn(given.node, axis, rank)));
  return one({ type: x.type, shape: without(x.shape, axes, keeps(given)) }, slowly * elements(x));
};

/** How many times as long as in a matrix product a number takes. */
const slowly = 8;

const argument: ShapeRule = (given) => {
  const x = input(given, 0);
  const axis = axisOf(given, x.shape.length, 0);
  return one(
    { type: elementType.int64, shape: without(x.shape, new Set([axis]), keeps(given)) },
    slowly * elements(x),
  );
};

export const reductions: Readonly<Record<string, ShapeRule>> = {
  ...Object.fromEntries(
    ["Mean", "Sum", "Max", "Min", "Prod", "L1", "L2", "SumSquare", "LogSumExp"].map((name) => [
      `Reduce${name}`,
      reduction,
    ]),
  ),
  ArgMax: argument,
  ArgMin: argument,
};
