import type { Operator } from "../task/task.js";
import { relu } from "./activation.js";
import { addition, masking } from "./arithmetic.js";
import { batchNormalization, normalization } from "./batch-normalization.js";
import { convolution } from "./convolution.js";
import { dense } from "./dense.js";
import { depthwise } from "./depthwise.js";
import { averagePool, globalAveragePool, maxPool } from "./pooling.js";

/** The operators of the plan by the operator of the graph that they begin with. */
export const operators: Readonly<Record<string, Operator | undefined>> = {
  Conv2d: convolution,
  DepthwiseConv2d: depthwise,
  Gemm: dense,
  MatMul: dense,
  MaxPool2d: maxPool,
  AveragePool2d: averagePool,
  ReduceMean: globalAveragePool,
  BatchNorm: batchNormalization,
  Normalization: normalization,
  Relu: relu,
  Mul: masking,
  Add: addition,
};
