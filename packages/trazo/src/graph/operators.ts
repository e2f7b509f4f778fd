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

/** Every operator that a graph may hold, by name: its shape rule and its gradient rule. */
export const operators: OperatorTable = {
  ...elementwise,
  ...comparison,
  ...matrix,
  ...reduction,
  ...rearrangement,
  ...indexing,
  ...convolution,
  ...pooling,
  ...sampling,
  ...semantic,
};
