import { elementwiseInFiles } from "./foreign/elementwise.js";
import { matrixInFiles } from "./foreign/matrix.js";
import { quantizationInFiles } from "./foreign/quantization.js";
import { rearrangementInFiles } from "./foreign/rearrangement.js";
import { reductionsInFiles } from "./foreign/reduction.js";
import { windowsInFiles } from "./foreign/window.js";
import type { Operator } from "./operator.js";
import { comparison } from "./operators/comparison.js";
import { convolution } from "./operators/convolution.js";
import { elementwise } from "./operators/elementwise.js";
import { indexing } from "./operators/indexing.js";
import { matrix } from "./operators/matrix.js";
import { pooling } from "./operators/pooling.js";
import { rearrangement } from "./operators/rearrangement.js";
import { reduction } from "./operators/reduction.js";
import { sampling } from "./operators/sampling.js";
import { semantic } from "./operators/semantic.js";

export type OperatorTable = Readonly<Record<string, Operator>>;

/** The rows of each family: operators that graphs are built of, then those that are met in files only. */
export const families: readonly OperatorTable[] = [
  ...[
    elementwise,
    comparison,
    matrix,
    reduction,
    rearrangement,
    indexing,
    convolution,
    pooling,
    sampling,
    semantic,
  ],
  ...[
    elementwiseInFiles,
    matrixInFiles,
    reductionsInFiles,
    rearrangementInFiles,
    windowsInFiles,
    quantizationInFiles,
  ],
];

/** Every operator that is known, by its name. */
export const operators: OperatorTable = Object.assign({}, ...families);

/** The row of an operator; undefined where it is not known. */
export const operatorOf = (name: string): Operator | undefined =>
  Object.hasOwn(operators, name) ? operators[name] : undefined;
