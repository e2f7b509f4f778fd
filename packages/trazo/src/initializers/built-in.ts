/**
 * The initializers that names and files may mean, by their factories' names. To add one, write its definition, and name it here.
 *
 * @module
 */
export { type ConstantOptions, constant, ones, zeros } from "./constant.js";
export { type OrthogonalOptions, orthogonal } from "./orthogonal.js";
export {
  type NormalOptions,
  randomNormal,
  randomUniform,
  truncatedNormal,
  type UniformOptions,
} from "./random.js";
export {
  glorotNormal,
  glorotUniform,
  heNormal,
  heUniform,
  lecunNormal,
  lecunUniform,
  type VarianceScalingOptions,
  varianceScaling,
} from "./variance-scaling.js";
