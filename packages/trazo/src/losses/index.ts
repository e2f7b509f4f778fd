export { type BinaryCrossentropyOptions, binaryCrossentropy } from "./binary-crossentropy.js";
export { type CategoricalCrossentropyOptions, categoricalCrossentropy } from "./categorical-crossentropy.js";
export type { LossDefinition, LossParts } from "./define-loss.js";
export type { Loss } from "./loss.js";
export { meanSquaredError } from "./mean-squared-error.js";
export type { LossName } from "./registry.js";
export {
  type SparseCategoricalCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from "./sparse-categorical-crossentropy.js";
