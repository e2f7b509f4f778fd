export { flush, flushedSquare, flushPositive } from "../graph/subnormals.js";
export * from "./built-in.js";
export type { OptimizerOptions } from "./common-options.js";
export type { OptimizerFactory } from "./define.js";
export type { OptimizerDefinition, StepInfo, UpdateInputs, UpdateOutputs } from "./definition.js";
export type {
  Clipping,
  Optimizer,
  ServedModel,
  UpdatedVariable,
  VariableSpan,
} from "./optimizer.js";
export { defineOptimizer } from "./own-optimizer.js";
export { deserializeOptimizer, optimizerFrom, serializeOptimizer } from "./registry.js";
