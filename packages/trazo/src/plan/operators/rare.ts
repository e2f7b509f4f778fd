import type { OperatorTable } from "../task/task.js";
import { batchNormalization, normalization } from "./batch-normalization.js";
import { depthwise } from "./depthwise.js";
import { groupedConvolution } from "./grouped-convolution.js";
import { common } from "./registry.js";
import { transposedConvolution } from "./transposed-convolution.js";

/** The operators that many networks do without. */
const rare: OperatorTable = {
  BatchNorm: [batchNormalization],
  Normalization: [normalization],
  Conv2dTranspose: [transposedConvolution],
  DepthwiseConv2d: [depthwise],
  GroupedConv2d: [groupedConvolution],
};

/** All operators: the common ones come first. */
export const everyOperator: OperatorTable = Object.fromEntries(
  [...new Set([...Object.keys(common), ...Object.keys(rare)])].map((op) => [
    op,
    [...(common[op] ?? []), ...(rare[op] ?? [])],
  ]),
);
