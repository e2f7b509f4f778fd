/**
 * Operators: functions from values of a graph to a value, with which a layer, a loss, a metric or an optimizer computes.
 *
 * Each has a gradient, unless it says otherwise. In the examples, `x` and `y` are values of a graph that have the
 * batch as their first axis, `value` is a weight, and `targets` are class numbers `[batch]`.
 *
 * @module
 */

// Element by element.
// Along axes.
// Products of matrices.
// Shapes and places.
// Images, channels last.
export {
  abs,
  add,
  argMax,
  averagePool2d,
  type Conv2dOptions,
  type Conv2dTransposeOptions,
  cast,
  clip,
  concat,
  conv2d,
  conv2dTranspose,
  cos,
  countOf,
  depthwiseConv2d,
  div,
  elu,
  equal,
  erf,
  exp,
  expandLike,
  type GemmOptions,
  type GroupedConv2dOptions,
  gather,
  gemm,
  greater,
  greaterOrEqual,
  groupedConv2d,
  hardSigmoid,
  leakyRelu,
  less,
  log,
  logSoftmax,
  matMul,
  maximum,
  maxPool2d,
  minimum,
  mul,
  neg,
  type Operand,
  oneHot,
  type Padding,
  type Pool2dOptions,
  pad,
  pow,
  type ReduceOptions,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  sigmoid,
  sign,
  sin,
  slice,
  softmax,
  softplus,
  sqrt,
  square,
  stack,
  sub,
  tanh,
  toMatrix,
  transpose,
  type WindowOptions,
  where,
} from "./ops.js";
