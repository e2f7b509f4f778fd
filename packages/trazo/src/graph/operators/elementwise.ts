import type { ShapeRule } from "../../onnx-format/shape-rule.js";
import { alongAxis, arithmetic, broadcasting, division, like } from "../foreign/elementwise.js";
import { type AttributeKind, type Attributes, inFiles, type Operator } from "../operator.js";
import {
  add,
  cast,
  cos,
  div,
  exp,
  greater,
  greaterOrEqual,
  hardSigmoid,
  log,
  mul,
  neg,
  pow,
  reduceSum,
  sigmoid,
  sign,
  sin,
  sub,
  sumTo,
  where,
} from "../ops.js";
import { broadcastShapes } from "../shape.js";
import { bounds, flushPositive } from "../subnormals.js";
import type { Node, Value } from "../value.js";
import { requireEqualDtypes } from "./requirements.js";

const sameType = ([x]: readonly Value[]) => [{ dtype: (x as Value).dtype, shape: (x as Value).shape }];

/** A function of one value, applied to each: the rule gives dy/dx from x, y and the attributes. */
function unary(
  derivative: (dy: Value, x: Value, y: Value, attributes: Attributes) => Value,
  attributes: Readonly<Record<string, AttributeKind>> = {},
): Operator {
  return {
    ...inFiles(like),
    pixelwise: true,
    attributes,
    infer: sameType,
    gradient: (node, [dy]) => [
      derivative(dy as Value, input(node, 0), node.outputs[0] as Value, node.attributes),
    ],
  };
}

/**
 * A function of two values with broadcasting: the rule gives both gradients before they are summed back.
 *
 * @param shape of a node in a file. Default: the inputs' together
 */
function binary(
  op: string,
  derivative: (dy: Value, a: Value, b: Value, y: Value) => [() => Value, () => Value],
  shape: ShapeRule = broadcasting,
): Operator {
  return {
    ...inFiles(shape, 2),
    pixelwise: true,
    infer: ([a, b]) => {
      const [x, y] = [a as Value, b as Value];
      requireEqualDtypes(op, x, y);
      return [{ dtype: x.dtype, shape: broadcastShapes(x.shape, y.shape, op) }];
    },
    gradient: (node, [dy]) => {
      const [a, b] = [input(node, 0), input(node, 1)];
      const [da, db] = derivative(dy as Value, a, b, node.outputs[0] as Value);
      return [sumTo(da(), a.shape), isConstant(b) ? undefined : sumTo(db(), b.shape)];
    },
  };
}

const input = (node: Node, index: number): Value => node.inputs[index] as Value;
const isConstant = (x: Value): boolean => x.graph.constantOf(x) !== undefined;
const mask = (condition: Value, like: Value): Value => cast(condition, like.dtype);

/**
 * 1 where y > 0, else 0, for non-negative y. One cheap operator: Where, comparisons and Sign cost several times as much on a CPU.
 * The factor takes the smallest normal number beyond 1; a subnormal y may give a part.
 */
const positive = (y: Value): Value => hardSigmoid(y, 2 ** 127, 0);

/**
 * A probability as gradients see it: one near 1e-38 would slow down every product that follows. Sigmoid needs no such care,
 * since ONNX Runtime's is exactly 0 below -18.
 */
const visible = (p: Value): Value => flushPositive(p, bounds.probability);

const twoOverSqrtPi = 2 / Math.sqrt(Math.PI);

export const elementwise: Record<string, Operator> = {
  Add: binary(
    "Add",
    (dy) => [() => dy, () => dy],
    arithmetic((a, b) => a + b),
  ),
  Sub: subtraction(),
  Mul: binary(
    "Mul",
    (dy, a, b) => [() => mul(dy, b), () => mul(dy, a)],
    arithmetic((a, b) => a * b),
  ),
  Div: binary("Div", (dy, _a, b, y) => [() => div(dy, b), () => neg(div(mul(dy, y), b))], division),
  Pow: binary("Pow", (dy, a, b, y) => [
    () => mul(dy, mul(b, pow(a, sub(b, 1)))),
    () => mul(dy, mul(y, log(a))),
  ]),
  // Where both are equal the first takes the whole gradient, as in TensorFlow.
  Max: {
    ...binary("Max", (dy, a, b) => [
      () => mul(dy, mask(greaterOrEqual(a, b), dy)),
      () => mul(dy, mask(greater(b, a), dy)),
    ]),
    ...inFiles(broadcasting, 1, Infinity),
  },
  Min: {
    ...binary("Min", (dy, a, b) => [
      () => mul(dy, mask(greaterOrEqual(b, a), dy)),
      () => mul(dy, mask(greater(a, b), dy)),
    ]),
    ...inFiles(broadcasting, 1, Infinity),
  },

  Neg: unary((dy) => neg(dy)),
  Sqrt: unary((dy, _x, y) => div(mul(dy, 0.5), y)),
  Exp: unary((dy, _x, y) => mul(dy, y)),
  Log: unary((dy, x) => div(dy, x)),
  Cos: unary((dy, x) => neg(mul(dy, sin(x)))),
  Sin: unary((dy, x) => mul(dy, cos(x))),
  Abs: unary((dy, x) => mul(dy, sign(x))),
  Sign: { ...inFiles(like), pixelwise: true, infer: sameType, gradient: () => [undefined] },
  Relu: unary((dy, _x, y) => mul(dy, positive(y))),
  Sigmoid: unary((dy, _x, y) => mul(dy, mul(y, sub(1, y)))),
  Tanh: unary((dy, _x, y) => mul(dy, sub(1, mul(y, y)))),
  Erf: unary((dy, x) => mul(dy, mul(exp(neg(mul(x, x))), twoOverSqrtPi))),
  Softplus: unary((dy, x) => mul(dy, sigmoid(x))),
  Elu: unary(
    (dy, x, y, { alpha }) => {
      const one = x.graph.scalar(x.dtype, 1);
      return mul(dy, where(greater(x, 0), one, add(y, alpha as number)));
    },
    { alpha: "float" },
  ),
  LeakyRelu: unary(
    (dy, x, _y, { alpha }) => {
      const active = mask(greater(x, 0), dy);
      return mul(dy, add(mul(active, 1 - (alpha as number)), alpha as number));
    },
    { alpha: "float" },
  ),
  HardSigmoid: unary(
    (dy, _x, y, { alpha }) => {
      const inside = mul(mask(greater(y, 0), dy), mask(greater(1, y), dy));
      return mul(dy, mul(inside, alpha as number));
    },
    { alpha: "float", beta: "float" },
  ),
  Softmax: {
    ...inFiles(alongAxis(-1)),
    attributes: { axis: "int" },
    infer: sameType,
    gradient: (node, [dy]) => {
      const y = visible(node.outputs[0] as Value);
      const product = mul(dy as Value, y);
      return [sub(product, mul(y, reduceSum(product, { axes: [-1], keepDims: true })))];
    },
    onnx: () => ({ attributes: { axis: -1 } }),
  },
  LogSoftmax: {
    ...inFiles(alongAxis(-1)),
    attributes: { axis: "int" },
    infer: sameType,
    gradient: (node, [dy]) => {
      const total = reduceSum(dy as Value, { axes: [-1], keepDims: true });
      return [sub(dy as Value, mul(visible(exp(node.outputs[0] as Value)), total))];
    },
    onnx: () => ({ attributes: { axis: -1 } }),
  },
};

/** What is taken away is summed back first and negated then: often one number a channel instead of a whole image. */
function subtraction(): Operator {
  const sum = binary(
    "Sub",
    (dy) => [() => dy, () => dy],
    arithmetic((a, b) => a - b),
  );
  return {
    ...sum,
    gradient: (node, dy) => {
      const [da, db] = sum.gradient?.(node, dy) ?? [];
      return [da, db && neg(db)];
    },
  };
}
