export { type AdamOptions, adam } from "./adam.js";
export { adamW } from "./adamw.js";
export type {
  Clipping,
  Optimizer,
  OptimizerOptions,
  ServedModel,
  UpdatedVariable,
  VariableSpan,
} from "./optimizer.js";
export { deserializeOptimizer, optimizerFrom, serializeOptimizer } from "./registry.js";
export { type RmspropOptions, rmsprop } from "./rmsprop.js";
export { type SgdOptions, sgd } from "./sgd.js";
