import type { OperatorTable } from "../task/task.js";
import { axisProduct } from "./axis-product.js";
import { batchNormalization, normalization } from "./batch-normalization.js";
import { meanOverBatch, totalOverBatch } from "./batch-reduction.js";
import { broadcasting } from "./broadcast.js";
import { argMax, conversion, oneHot } from "./classes.js";
import { comparing } from "./comparison.js";
import { crossentropy } from "./crossentropy.js";
import { depthwise } from "./depthwise.js";
import { gathering } from "./gathering.js";
import { groupNormalization } from "./group-normalization.js";
import { groupedConvolution } from "./grouped-convolution.js";
import * as maps from "./rare-maps.js";
import { concatenation, padding, repetition, slicing } from "./rearrangement.js";
import { mean, sum } from "./reduction.js";
import { common } from "./registry.js";
import { expansion, shape } from "./shapes.js";
import { logSoftmax, softmax } from "./softmax.js";
import { transposedConvolution } from "./transposed-convolution.js";
import { transposition } from "./transposition.js";
import { where } from "./where.js";

/** The operators that many networks do without. */
const rare: OperatorTable = {
  BatchNorm: [batchNormalization],
  Normalization: [normalization],
  Conv2dTranspose: [transposedConvolution],
  DepthwiseConv2d: [depthwise],
  GroupedConv2d: [groupedConvolution],
  GroupNorm: [groupNormalization],
  MatMul: [axisProduct],
  ReduceSum: [sum, totalOverBatch],
  ReduceMean: [mean, meanOverBatch],
  Softmax: [softmax],
  LogSoftmax: [crossentropy, logSoftmax],
  Transpose: [transposition],
  Concat: [concatenation],
  Slice: [slicing],
  Pad: [padding],
  Sqrt: [maps.sqrt],
  Log: [maps.log],
  Abs: [maps.abs],
  Sign: [maps.sign],
  Softplus: [maps.softplus],
  Pow: [maps.power],
  Greater: [maps.step, comparing("greater")],
  GreaterOrEqual: [comparing("greaterOrEqual")],
  Less: [comparing("less")],
  Equal: [comparing("equal")],
  Where: [where],
  Cast: [conversion],
  OneHot: [oneHot],
  ArgMax: [argMax],
  Gather: [gathering],
  Shape: [shape],
  Expand: [expansion],
  Add: [broadcasting("add")],
  Sub: [broadcasting("sub")],
  Mul: [repetition, maps.noise, broadcasting("mul")],
  Div: [broadcasting("div")],
  Max: [broadcasting("max")],
  Min: [broadcasting("min")],
};

/** All operators: the common ones come first. */
export const everyOperator: OperatorTable = Object.fromEntries(
  [...new Set([...Object.keys(common), ...Object.keys(rare)])].map((op) => [
    op,
    [...(common[op] ?? []), ...(rare[op] ?? [])],
  ]),
);
