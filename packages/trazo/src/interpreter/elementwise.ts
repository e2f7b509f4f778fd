import { TrazoError } from "../errors.js";
import { attributeType } from "../onnx-format/attribute-type.js";
import { attribute, intOf, nodeText } from "../onnx-format/attributes.js";
import type { DType, Tensor } from "../tensor.js";
import { dtypeOf } from "./element-type.js";
import {
  type Compute,
  filled,
  numbersOf,
  type Operands,
  pick,
  placesOf,
  repeatingStrides,
  required,
} from "./operator.js";

function broadcast(operands: Operands): number[] {
  const shapes = operands.inputs.map((_, i) => required(operands, i).shape);
  const rank = Math.max(...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((one) => one !== 1) ?? 1;
    if (sizes.every((one) => one === 1 || one === size)) return size;
    throw new TrazoError(`${nodeText(operands.node)}: sizes ${sizes.join(" and ")} do not go together.`);
  });
}

/** An input's numbers, repeated to a shape. */
function repeated(x: Tensor, shape: readonly number[]): (i: number) => number {
  const values = numbersOf(x);
  if (values.length === 1) {
    const only = values[0] as number;
    return () => only;
  }
  if (x.shape.length === shape.length && x.shape.every((size, axis) => size === shape[axis])) {
    return (i) => values[i] as number;
  }
  const places = placesOf(shape, repeatingStrides(x.shape, shape));
  return (i) => values[places[i] as number] as number;
}

/** @param dtype of the result. Default: the first input's */
const binary =
  (compute: (a: number, b: number) => number, dtype?: DType): Compute =>
  (operands) => {
    const shape = broadcast(operands);
    const first = required(operands, 0);
    const [a, b] = [repeated(first, shape), repeated(required(operands, 1), shape)];
    return [filled(dtype ?? first.dtype, shape, (i) => compute(a(i), b(i)))];
  };

const compare = (compute: (a: number, b: number) => boolean): Compute =>
  binary((a, b) => Number(compute(a, b)), "bool");

/** Of any number of inputs. */
const many =
  (compute: (a: number, b: number) => number): Compute =>
  (operands) => {
    const shape = broadcast(operands);
    const values = operands.inputs.map((_, i) => repeated(required(operands, i), shape));
    return [
      filled(required(operands, 0).dtype, shape, (i) => values.map((value) => value(i)).reduce(compute)),
    ];
  };

const unary =
  (compute: (x: number, operands: Operands) => number): Compute =>
  (operands) => {
    const x = required(operands, 0);
    const values = numbersOf(x);
    return [filled(x.dtype, x.shape, (i) => compute(values[i] as number, operands))];
  };

const float = ({ node }: Operands, name: string, otherwise: number): number =>
  attribute(node, name, attributeType.FLOAT)?.f ?? otherwise;

/** Rows along the last axis: each value as a function of itself, the row's largest, and the sum of the exponentials below it. */
const overRows =
  (compute: (x: number, largest: number, sum: number) => number): Compute =>
  (operands) => {
    const x = required(operands, 0);
    const axis = intOf(operands.node, "axis") ?? -1;
    if (axis !== -1 && axis !== x.shape.length - 1) {
      throw new TrazoError(`${nodeText(operands.node)}: only the last axis is supported.`);
    }
    const values = numbersOf(x);
    const width = x.shape.at(-1) ?? 1;
    let [largest, sum] = [0, 0];
    const result = filled(x.dtype, x.shape, (i) => {
      if (i % width === 0) {
        largest = Number.NEGATIVE_INFINITY;
        for (let k = i; k < i + width; k++) largest = Math.max(largest, values[k] as number);
        sum = 0;
        for (let k = i; k < i + width; k++) sum += Math.exp((values[k] as number) - largest);
      }
      return compute(values[i] as number, largest, sum);
    });
    return [result];
  };

export const elementwise: Readonly<Record<string, Compute>> = {
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
  Pow: binary((a, b) => a ** b),
  Max: many((a, b) => Math.max(a, b)),
  Min: many((a, b) => Math.min(a, b)),
  Greater: compare((a, b) => a > b),
  GreaterOrEqual: compare((a, b) => a >= b),
  Less: compare((a, b) => a < b),
  Equal: compare((a, b) => a === b),
  Neg: unary((x) => -x),
  Sqrt: unary(Math.sqrt),
  Exp: unary(Math.exp),
  Log: unary(Math.log),
  Cos: unary(Math.cos),
  Sin: unary(Math.sin),
  Abs: unary(Math.abs),
  Sign: unary(Math.sign),
  Relu: unary((x) => (x < 0 ? 0 : x)),
  Sigmoid: unary((x) => 1 / (1 + Math.exp(-x))),
  Tanh: unary(Math.tanh),
  Erf: unary(erf),
  Softplus: unary((x) => (x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x)))),
  Elu: unary((x, operands) => (x > 0 ? x : float(operands, "alpha", 1) * Math.expm1(x))),
  LeakyRelu: unary((x, operands) => (x > 0 ? x : float(operands, "alpha", 0.01) * x)),
  HardSigmoid: unary((x, operands) =>
    clip01(float(operands, "alpha", 0.2) * x + float(operands, "beta", 0.5)),
  ),
  Softmax: overRows((x, largest, sum) => Math.exp(x - largest) / sum),
  LogSoftmax: overRows((x, largest, sum) => x - largest - Math.log(sum)),
  Where(operands) {
    const shape = broadcast(operands);
    const [condition, a, b] = [0, 1, 2].map((i) => repeated(required(operands, i), shape)) as [
      (i: number) => number,
      (i: number) => number,
      (i: number) => number,
    ];
    return [filled(required(operands, 1).dtype, shape, (i) => (condition(i) ? a(i) : b(i)))];
  },
  Cast(operands) {
    const x = required(operands, 0);
    const to = dtypeOf(intOf(operands.node, "to") ?? 0, nodeText(operands.node));
    const values = numbersOf(x);
    const whole = to === "int32" || to === "int64" || to === "uint8";
    const convert = (value: number): number =>
      to === "bool" ? Number(value !== 0) : whole ? Math.trunc(value) : value;
    return [to === x.dtype ? x : filled(to, x.shape, (i) => convert(values[i] as number))];
  },
  Expand(operands) {
    const x = required(operands, 0);
    const target = Array.from(numbersOf(required(operands, 1)));
    const rank = Math.max(target.length, x.shape.length);
    const shape = Array.from({ length: rank }, (_, axis) => {
      const wanted = target[axis - rank + target.length] ?? 1;
      return wanted === 1 ? (x.shape[axis - rank + x.shape.length] ?? 1) : wanted;
    });
    return [pick(x, shape, placesOf(shape, repeatingStrides(x.shape, shape)))];
  },
};

/** NaN stays NaN. */
const clip01 = (x: number): number => (x < 0 ? 0 : x > 1 ? 1 : x);

/** The error function, by the series of positive terms exp(-x²) x (1 + 2x²/3 + (2x²)²/(3 · 5) + …), to float64's rounding. */
function erf(x: number): number {
  if (!(Math.abs(x) < 6)) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let n = 3; Math.abs(term) > Math.abs(sum) * 1e-17; n += 2) {
    term *= (2 * x * x) / n;
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}
