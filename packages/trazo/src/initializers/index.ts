export type { RandomStream } from "../random/stream.js";
export { type ConstantOptions, constant, ones, zeros } from "./constant.js";
export type { Initializer } from "./initializer.js";
export { type OrthogonalOptions, orthogonal } from "./orthogonal.js";
export {
  type NormalOptions,
  randomNormal,
  randomUniform,
  truncatedNormal,
  type UniformOptions,
} from "./random.js";
export type { InitializerName } from "./registry.js";
export type { SeedOption } from "./seeded.js";
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
