import type { OperatorTable } from "../task/task.js";
import { depthwise } from "./depthwise.js";
import { groupedConvolution } from "./grouped-convolution.js";
import { common } from "./registry.js";
import { transposedConvolution } from "./transposed-convolution.js";

/** The operators that few networks have. */
const rare: OperatorTable = {
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
