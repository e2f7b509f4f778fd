import { TrazoError } from "../errors.js";
import { shapesEqual } from "./shape.js";
import type { Attribute, Value } from "./value.js";

/** Either a value of a graph or a number, which becomes a scalar constant of the other's dtype. */
export type Operand = Value | number;

/** The only output of an operator, in the graph of its first input. */
export function one(
  op: string,
  inputs: readonly (Value | undefined)[],
  attributes?: Record<string, Attribute>,
): Value {
  const first = inputs[0] as Value;
  return first.graph.apply(op, inputs, attributes)[0] as Value;
}

/** An operator of two inputs that broadcast, at least one of which is a value of a graph. */
export function binary(op: string, a: Operand, b: Operand): Value {
  if (typeof a !== "number") return broadcast(op, a, typeof b === "number" ? a.graph.scalar(a.dtype, b) : b);
  if (typeof b !== "number") return broadcast(op, b.graph.scalar(b.dtype, a), b);
  throw new TrazoError(`${op} needs at least one graph value.`);
}

/** Values that were only repeated are repeated by the operator itself, or after it: nothing is written out before. */
function broadcast(op: string, a: Value, b: Value): Value {
  const [repeatedA, repeatedB] = [repeatedIn(a), repeatedIn(b)];
  if (repeatedA && b.shape.length === 0)
    return one("Expand", [one(op, [repeatedA, b]), a.producer?.inputs[1]]);
  if (repeatedB && a.shape.length === 0)
    return one("Expand", [one(op, [a, repeatedB]), b.producer?.inputs[1]]);
  if (repeatedA && !repeatedB && shapesEqual(a.shape, b.shape)) return one(op, [repeatedA, b]);
  if (repeatedB && !repeatedA && shapesEqual(a.shape, b.shape)) return one(op, [a, repeatedB]);
  return one(op, [a, b]);
}

/** What an Expand repeats. */
const repeatedIn = ({ producer }: Value): Value | undefined =>
  producer?.op === "Expand" ? producer.inputs[0] : undefined;

/** The run-time shape as an int64 vector. */
export const shapeOf = (x: Value): Value => one("Shape", [x]);
