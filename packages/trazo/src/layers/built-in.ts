/**
 * The layers that files may hold, by their factories' names. To add one, write its definition, and name it here.
 *
 * @module
 */
export { type ActivationOptions, activation } from "./activation.js";
export { type BatchNormalizationOptions, batchNormalization } from "./batch-normalization.js";
export { type CenterCropOptions, centerCrop } from "./center-crop.js";
export { type ConcatenateOptions, concatenate } from "./concatenate.js";
export { type Conv1dLayerOptions, conv1d } from "./conv1d.js";
export { type Conv2dLayerOptions, conv2d } from "./conv2d.js";
export { type Conv2dTransposeLayerOptions, conv2dTranspose } from "./conv2d-transpose.js";
export { type Cropping1dOptions, cropping1d } from "./cropping1d.js";
export { type Cropping2dOptions, cropping2d } from "./cropping2d.js";
export { type DenseOptions, dense } from "./dense.js";
export { type DepthwiseConv2dOptions, depthwiseConv2d } from "./depthwise-conv2d.js";
export { type DropoutOptions, dropout } from "./dropout.js";
export { type EluOptions, elu } from "./elu.js";
export { flatten } from "./flatten.js";
export { type GaussianNoiseOptions, gaussianNoise } from "./gaussian-noise.js";
export { type GlobalAveragePooling2dOptions, globalAveragePooling2d } from "./global-average-pooling2d.js";
export { type GlobalMaxPooling2dOptions, globalMaxPooling2d } from "./global-max-pooling2d.js";
export {
  type GlobalPooling1dOptions,
  globalAveragePooling1d,
  globalMaxPooling1d,
} from "./global-pooling1d.js";
export { type GroupNormalizationOptions, groupNormalization } from "./group-normalization.js";
export { type LayerNormalizationOptions, layerNormalization } from "./layer-normalization.js";
export { type LeakyReluOptions, leakyRelu } from "./leaky-relu.js";
export { add, average, maximum, minimum, multiply, subtract } from "./merging.js";
export { type Normalization, type NormalizationOptions, normalization } from "./normalization.js";
export { type PermuteOptions, permute } from "./permute.js";
export { averagePooling1d, maxPooling1d, type Pooling1dOptions } from "./pooling1d.js";
export { averagePooling2d, maxPooling2d, type Pooling2dOptions } from "./pooling2d.js";
export { type PreluOptions, prelu } from "./prelu.js";
export { type RandomBrightnessOptions, randomBrightness } from "./random-brightness.js";
export { type RandomContrastOptions, randomContrast } from "./random-contrast.js";
export { type RandomCropOptions, randomCrop } from "./random-crop.js";
export { type RandomFlipOptions, randomFlip } from "./random-flip.js";
export { type RandomRotationOptions, randomRotation } from "./random-rotation.js";
export { type RandomTranslationOptions, randomTranslation } from "./random-translation.js";
export { type RandomZoomOptions, randomZoom } from "./random-zoom.js";
export { type ReLUOptions, reLU } from "./relu.js";
export { type RepeatVectorOptions, repeatVector } from "./repeat-vector.js";
export { type RescalingOptions, rescaling } from "./rescaling.js";
export { type ReshapeOptions, reshape } from "./reshape.js";
export { type ResizingOptions, resizing } from "./resizing.js";
export { type SeparableConv2dOptions, separableConv2d } from "./separable-conv2d.js";
export { type SoftmaxOptions, softmax } from "./softmax.js";
export { spatialDropout2d } from "./spatial-dropout2d.js";
export { type UpSampling1dOptions, upSampling1d } from "./up-sampling1d.js";
export { type UpSampling2dOptions, upSampling2d } from "./up-sampling2d.js";
export { type ZeroPadding1dOptions, zeroPadding1d } from "./zero-padding1d.js";
export { type ZeroPadding2dOptions, zeroPadding2d } from "./zero-padding2d.js";
