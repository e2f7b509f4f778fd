/**
 * The constraints that files may hold, by their factories' names. To add one, write its definition, and name it here.
 *
 * @module
 */
export { type MaxNormOptions, maxNorm } from "./max-norm.js";
export { type MinMaxNormOptions, minMaxNorm } from "./min-max-norm.js";
export { nonNeg } from "./non-neg.js";
export { type UnitNormOptions, unitNorm } from "./unit-norm.js";
