export type { ImageTransform } from "./affine.js";
export type { ShiftRange, TransformRanges } from "./draw.js";
export type { ElasticGrid } from "./elastic.js";
export type { FillMode } from "./fill.js";
export { type FlowOptions, type ImageBatch, ImageFlow } from "./flow.js";
export { ImageDataGenerator, type ImageDataGeneratorOptions, imageDataGenerator } from "./generator.js";
export type { StandardizeOptions } from "./standardize.js";
