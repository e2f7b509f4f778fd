import { scalarOf } from "../../graph/scalar-of.js";
import type { Node, Value } from "../../graph/value.js";
import { kernel } from "../program/steps.js";
import { rowSize } from "../task/rows.js";
import type { Emitter, MatchContext, Operator } from "../task/task.js";

/**
 * Bytes that the run is fed with, as numbers, with the division that follows. They are made where they are needed, and again for the
 * gradients: bytes are a quarter as much to read.
 */
export const pixels: Operator = (node, context) => {
  const [x] = node.inputs as readonly [Value];
  const numbers = node.outputs[0] as Value;
  if (x.producer || x.dtype !== "uint8" || !context.isSamples(numbers) || numbers.shape.length < 2)
    return undefined;
  const { nodes, output: y, divisor } = divisionOf(numbers, context);
  const convert = (emit: Emitter): void =>
    emit.block(kernel("fromBytes", emit.place(x), { perRow: rowSize(y) }, divisor, emit.place(y)));
  return [
    {
      name: "pixels",
      nodes: [node, ...nodes],
      inputs: [x],
      weights: [],
      outputs: [y],
      kept: [],
      forward: convert,
      repeat: convert,
      adjoint() {},
    },
  ];
};

/** Follows values to the number that divides them, under whatever shape. */
function divisionOf(
  numbers: Value,
  context: MatchContext,
): { readonly nodes: readonly Node[]; readonly output: Value; readonly divisor: number } {
  const first = context.only(numbers);
  const cut = first?.op === "Reshape" ? first : undefined;
  const division = cut ? context.only(cut.outputs[0] as Value) : first;
  const divisor = division?.op === "Div" ? scalarOf(division.inputs[1]) : undefined;
  const quotient = division?.outputs[0];
  if (!division || divisor === undefined || !context.isSamples(quotient))
    return { nodes: [], output: numbers, divisor: 1 };
  return { nodes: cut ? [cut, division] : [division], output: quotient, divisor };
}
