/**
 * The layers that files may hold, by their factories' names. To add one, write its definition, and name it here.
 *
 * @module
 */
export { type ActivationOptions, activation } from "./activation.js";
export { type BatchNormalizationOptions, batchNormalization } from "./batch-normalization.js";
export { type ConcatenateOptions, concatenate } from "./concatenate.js";
export { type Conv2dLayerOptions, conv2d } from "./conv2d.js";
export { type DenseOptions, dense } from "./dense.js";
export { type DropoutOptions, dropout } from "./dropout.js";
export { flatten } from "./flatten.js";
export { type GaussianNoiseOptions, gaussianNoise } from "./gaussian-noise.js";
export { type GlobalAveragePooling2dOptions, globalAveragePooling2d } from "./global-average-pooling2d.js";
export { add, average, maximum, minimum, multiply, subtract } from "./merging.js";
export { averagePooling2d, maxPooling2d, type Pooling2dOptions } from "./pooling2d.js";
export { type RandomRotationOptions, randomRotation } from "./random-rotation.js";
export { type RandomTranslationOptions, randomTranslation } from "./random-translation.js";
export { type RandomZoomOptions, randomZoom } from "./random-zoom.js";
export { type ReshapeOptions, reshape } from "./reshape.js";
export { spatialDropout2d } from "./spatial-dropout2d.js";
