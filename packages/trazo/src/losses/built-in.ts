/**
 * The losses that names and files may mean, by their factories' names. To add one, write its definition, and name it here.
 *
 * @module
 */
export { type BinaryCrossentropyOptions, binaryCrossentropy } from "./binary-crossentropy.js";
export { type BinaryFocalCrossentropyOptions, binaryFocalCrossentropy } from "./binary-focal-crossentropy.js";
export { type CategoricalCrossentropyOptions, categoricalCrossentropy } from "./categorical-crossentropy.js";
export {
  type CategoricalFocalCrossentropyOptions,
  categoricalFocalCrossentropy,
} from "./categorical-focal-crossentropy.js";
export {
  type CategoricalGeneralizedCrossEntropyOptions,
  categoricalGeneralizedCrossEntropy,
} from "./categorical-generalized-crossentropy.js";
export { categoricalHinge } from "./categorical-hinge.js";
export { cosineSimilarity } from "./cosine-similarity.js";
export { type DiceOptions, dice } from "./dice.js";
export { hinge, squaredHinge } from "./hinge.js";
export { type HuberOptions, huber } from "./huber.js";
export { klDivergence } from "./kl-divergence.js";
export { logCosh } from "./log-cosh.js";
export { meanAbsoluteError } from "./mean-absolute-error.js";
export { meanAbsolutePercentageError } from "./mean-absolute-percentage-error.js";
export { meanSquaredError } from "./mean-squared-error.js";
export { meanSquaredLogarithmicError } from "./mean-squared-logarithmic-error.js";
export { poisson } from "./poisson.js";
export {
  type SparseCategoricalCrossentropyOptions,
  sparseCategoricalCrossentropy,
} from "./sparse-categorical-crossentropy.js";
export { type TverskyOptions, tversky } from "./tversky.js";
