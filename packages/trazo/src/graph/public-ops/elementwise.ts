import type { DType } from "../../tensor.js";
import { binary, type Operand, one } from "../apply.js";
import type { Value } from "../value.js";

/**
 * `a + b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.add(x, 1);
 * ```
 */
export const add = (a: Operand, b: Operand): Value => binary("Add", a, b);

/**
 * `a - b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.sub(1, x);
 * ```
 */
export const sub = (a: Operand, b: Operand): Value => binary("Sub", a, b);

/**
 * `a * b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.mul(x, y);
 * ```
 */
export const mul = (a: Operand, b: Operand): Value => binary("Mul", a, b);

/**
 * `a / b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.div(x, ops.reduceSum(x, { axes: [-1], keepDims: true }));
 * ```
 */
export const div = (a: Operand, b: Operand): Value => binary("Div", a, b);

/**
 * `a` to the power of `b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.pow(x, 2);
 * ```
 */
export const pow = (a: Operand, b: Operand): Value => binary("Pow", a, b);

/**
 * The larger of `a` and `b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.maximum(x, 0);
 * ```
 */
export const maximum = (a: Operand, b: Operand): Value => binary("Max", a, b);

/**
 * The smaller of `a` and `b`, element by element. Shapes broadcast as in NumPy; a number takes the other's dtype.
 *
 * @example
 * ```ts
 * ops.minimum(x, y);
 * ```
 */
export const minimum = (a: Operand, b: Operand): Value => binary("Min", a, b);

/**
 * Where `a > b`, as booleans without a gradient: `cast` them to compute, or choose with `where`. Shapes broadcast.
 *
 * @example
 * ```ts
 * ops.cast(ops.greater(x, 0.5), "float32");
 * ```
 */
export const greater = (a: Operand, b: Operand): Value => binary("Greater", a, b);

/**
 * Where `a >= b`, as booleans without a gradient: `cast` them to compute, or choose with `where`. Shapes broadcast.
 *
 * @example
 * ```ts
 * ops.where(ops.greaterOrEqual(x, 0), x, y);
 * ```
 */
export const greaterOrEqual = (a: Operand, b: Operand): Value => binary("GreaterOrEqual", a, b);

/**
 * Where `a < b`, as booleans without a gradient: `cast` them to compute, or choose with `where`. Shapes broadcast.
 *
 * @example
 * ```ts
 * ops.cast(ops.less(x, y), "float32");
 * ```
 */
export const less = (a: Operand, b: Operand): Value => binary("Less", a, b);

/**
 * Where `a` equals `b`, as booleans without a gradient: `cast` them to compute, or choose with `where`. Shapes broadcast.
 *
 * @example
 * ```ts
 * ops.cast(ops.equal(ops.argMax(x), ops.argMax(y)), "float32");
 * ```
 */
export const equal = (a: Operand, b: Operand): Value => binary("Equal", a, b);

/**
 * `-x`, element by element.
 *
 * @example
 * ```ts
 * ops.neg(x);
 * ```
 */
export const neg = (x: Value): Value => one("Neg", [x]);

/**
 * The square root, element by element.
 *
 * @example
 * ```ts
 * ops.sqrt(x);
 * ```
 */
export const sqrt = (x: Value): Value => one("Sqrt", [x]);

/**
 * e to the power of `x`, element by element.
 *
 * @example
 * ```ts
 * ops.exp(x);
 * ```
 */
export const exp = (x: Value): Value => one("Exp", [x]);

/**
 * The natural logarithm, element by element.
 *
 * @example
 * ```ts
 * ops.log(x);
 * ```
 */
export const log = (x: Value): Value => one("Log", [x]);

/**
 * The cosine of radians, element by element.
 *
 * @example
 * ```ts
 * ops.cos(x);
 * ```
 */
export const cos = (x: Value): Value => one("Cos", [x]);

/**
 * The sine of radians, element by element.
 *
 * @example
 * ```ts
 * ops.sin(x);
 * ```
 */
export const sin = (x: Value): Value => one("Sin", [x]);

/**
 * The absolute value, element by element.
 *
 * @example
 * ```ts
 * ops.abs(x);
 * ```
 */
export const abs = (x: Value): Value => one("Abs", [x]);

/**
 * -1, 0 or 1 by the sign; its gradient is 0, element by element.
 *
 * @example
 * ```ts
 * ops.sign(x);
 * ```
 */
export const sign = (x: Value): Value => one("Sign", [x]);

/**
 * `max(x, 0)`, element by element.
 *
 * @example
 * ```ts
 * ops.relu(x);
 * ```
 */
export const relu = (x: Value): Value => one("Relu", [x]);

/**
 * `1 / (1 + exp(-x))`, element by element.
 *
 * @example
 * ```ts
 * ops.sigmoid(x);
 * ```
 */
export const sigmoid = (x: Value): Value => one("Sigmoid", [x]);

/**
 * The hyperbolic tangent, element by element.
 *
 * @example
 * ```ts
 * ops.tanh(x);
 * ```
 */
export const tanh = (x: Value): Value => one("Tanh", [x]);

/**
 * The error function, element by element.
 *
 * @example
 * ```ts
 * ops.erf(x);
 * ```
 */
export const erf = (x: Value): Value => one("Erf", [x]);

/**
 * `log(1 + exp(x))`, without overflow, element by element.
 *
 * @example
 * ```ts
 * ops.softplus(x);
 * ```
 */
export const softplus = (x: Value): Value => one("Softplus", [x]);

/**
 * `x` where it is positive, else `alpha * (exp(x) - 1)`.
 *
 * @example
 * ```ts
 * ops.elu(x, 1);
 * ```
 */
export const elu = (x: Value, alpha = 1): Value => one("Elu", [x], { alpha });

/**
 * `x` where it is positive, else `alpha * x`.
 *
 * @example
 * ```ts
 * ops.leakyRelu(x, 0.2);
 * ```
 */
export const leakyRelu = (x: Value, alpha: number): Value => one("LeakyRelu", [x], { alpha });

/**
 * `max(0, min(1, alpha * x + beta))`, element by element.
 *
 * @example
 * ```ts
 * ops.hardSigmoid(x, 1 / 6, 0.5);
 * ```
 */
export const hardSigmoid = (x: Value, alpha = 0.2, beta = 0.5): Value =>
  one("HardSigmoid", [x], { alpha, beta });

/**
 * `exp(x) / sum exp(x)` over the last axis, without overflow.
 *
 * @example
 * ```ts
 * ops.softmax(x);
 * ```
 */
export const softmax = (x: Value): Value => one("Softmax", [x]);

/**
 * `log(softmax(x))` over the last axis, without overflow.
 *
 * @example
 * ```ts
 * ops.logSoftmax(x);
 * ```
 */
export const logSoftmax = (x: Value): Value => one("LogSoftmax", [x]);

/**
 * `x` limited to `[low, high]`; the gradient is 0 outside.
 *
 * @example
 * ```ts
 * ops.clip(x, 1e-7, 1 - 1e-7);
 * ```
 */
export const clip = (x: Value, low: number, high: number): Value => minimum(maximum(x, low), high);

/**
 * `x * x`, element by element.
 *
 * @example
 * ```ts
 * ops.square(x);
 * ```
 */
export const square = (x: Value): Value => mul(x, x);

/**
 * `a` where the condition holds, else `b`. Shapes broadcast; `a` and `b` have one dtype.
 *
 * @example
 * ```ts
 * ops.where(ops.greater(x, 0), x, ops.mul(x, 0.1));
 * ```
 */
export const where = (condition: Value, a: Value, b: Value): Value => one("Where", [condition, a, b]);

/**
 * The same values in another dtype; floats are cut off to integers. Between float types the gradient passes.
 *
 * @example
 * ```ts
 * ops.cast(targets, "float32");
 * ```
 */
export const cast = (x: Value, dtype: DType): Value =>
  x.dtype === dtype ? x : one("Cast", [x], { to: dtype });
