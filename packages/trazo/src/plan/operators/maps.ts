import { scalarOf } from "../../graph/scalar-of.js";
import { shapesEqual } from "../../graph/shape.js";
import type { Node, Value } from "../../graph/value.js";
import { functionNumbers } from "../../kernels/plan-kernels.js";
import { kernel } from "../program/steps.js";
import { sizeOfValue } from "../task/rows.js";
import type { MatchContext, Operator } from "../task/task.js";
import { otherInput } from "./other-input.js";
import { unary } from "./unary.js";

/** A function of one value that kernels know, and the nodes that it is written as. */
interface Found {
  readonly name: keyof typeof functionNumbers;
  readonly nodes: readonly Node[];
  readonly a?: number | undefined;
  readonly b?: number | undefined;
}

/** Finds a function of `x` that begins with a node. */
type Pattern = (node: Node, x: Value, context: MatchContext) => Found | undefined;

/** A function of each value by itself, of what the plan has computed. */
const mapping =
  (pattern: Pattern): Operator =>
  (node, context) => {
    const x = node.inputs.find((input) => context.isTaken(input));
    const found = x && pattern(node, x, context);
    if (!x || !found) return undefined;
    const { name, nodes, a = 0, b = 0 } = found;
    const y = nodes.at(-1)?.outputs[0] as Value;
    if (!shapesEqual(x.shape, y.shape)) return undefined;
    const size = sizeOfValue(y);
    const number = functionNumbers[name];
    const source = name === "affine" ? undefined : name === "silu" || name === "gelu" ? x : y;
    return unary({
      ...{ node, name, nodes, x },
      kept: source ? [source] : [],
      forward: (emit, from, to) => emit.block(kernel("mapValues", number, to, from, size, a, b)),
      adjoint: (emit, dy, dx) =>
        emit.block(kernel("mapAdjoint", number, dx, dy, source ? emit.place(source) : 0, size, a, b)),
    });
  };

const alone =
  (name: keyof typeof functionNumbers): Pattern =>
  (node) => ({
    name,
    nodes: [node],
    a: node.attributes.alpha as number | undefined,
    b: node.attributes.beta as number | undefined,
  });

export const tanh = mapping(alone("tanh"));
export const elu = mapping(alone("elu"));
export const leakyRelu = mapping(alone("leakyRelu"));
export const hardSigmoid = mapping(alone("hardSigmoid"));
export const exponential = mapping(alone("exponential"));
export const negation = mapping((node) => ({ name: "affine", nodes: [node], a: -1, b: 0 }));

/** A sigmoid, with the product by what it is taken of: SiLU. */
export const sigmoid = mapping((node, x, context) => {
  const product = context.only(node.outputs[0] as Value);
  return product?.op === "Mul" && product.inputs.includes(x)
    ? { name: "silu", nodes: [node, product] }
    : { name: "sigmoid", nodes: [node] };
});

/** A lower limit, with the upper one that follows. */
export const lowerLimit = mapping((node, x, context) => {
  const low = scalarOf(otherInput(node, x));
  if (low === undefined) return undefined;
  const y = node.outputs[0] as Value;
  const next = context.only(y);
  const high = next?.op === "Min" ? scalarOf(otherInput(next, y)) : undefined;
  return next && high !== undefined
    ? { name: "clamp", nodes: [node, next], a: low, b: high }
    : { name: "clamp", nodes: [node], a: low, b: Number.POSITIVE_INFINITY };
});

export const upperLimit = mapping((node, x) => {
  const high = scalarOf(otherInput(node, x));
  return high === undefined
    ? undefined
    : { name: "clamp", nodes: [node], a: Number.NEGATIVE_INFINITY, b: high };
});

/** A product with a number; GELU begins with one, too. */
export const scaling = mapping((node, x, context) => {
  const factor = scalarOf(otherInput(node, x));
  if (factor === undefined) return undefined;
  const gelu = factor === 0.5 ? geluFrom(node, x, context) : undefined;
  return gelu ? { name: "gelu", nodes: gelu } : { name: "affine", nodes: [node], a: factor, b: 0 };
});

/** The nodes of `(0.5 x) (erf(x / sqrt 2) + 1)`, of which `half` is the first. */
function geluFrom(half: Node, x: Value, context: MatchContext): Node[] | undefined {
  const y = half.outputs[0] as Value;
  const product = context.only(y);
  const sum = product?.op === "Mul" ? otherInput(product, y)?.producer : undefined;
  const erf = sum?.op === "Add" && scalarOf(sum.inputs[1]) === 1 ? sum.inputs[0]?.producer : undefined;
  const quotient = erf?.op === "Erf" ? erf.inputs[0]?.producer : undefined;
  if (!product || !sum || !erf || quotient?.op !== "Div" || quotient.inputs[0] !== x) return undefined;
  if (Math.fround(scalarOf(quotient.inputs[1]) ?? 0) !== Math.fround(Math.SQRT2)) return undefined;
  const inner = [quotient, erf, sum];
  const isOwn = inner.every((node) => context.only(node.outputs[0] as Value) !== undefined);
  return isOwn ? [half, ...inner, product] : undefined;
}

export const quotient = mapping((node, x) => {
  const divisor = node.inputs[0] === x ? scalarOf(node.inputs[1]) : undefined;
  return divisor === undefined ? undefined : { name: "affine", nodes: [node], a: 1 / divisor, b: 0 };
});

export const shift = mapping((node, x) => {
  const summand = scalarOf(otherInput(node, x));
  return summand === undefined ? undefined : { name: "affine", nodes: [node], a: 1, b: summand };
});

/** A number less, or what remains of one. */
export const difference = mapping((node, x) => {
  const number = scalarOf(otherInput(node, x));
  if (number === undefined) return undefined;
  return node.inputs[0] === x
    ? { name: "affine", nodes: [node], a: 1, b: -number }
    : { name: "affine", nodes: [node], a: -1, b: number };
});
