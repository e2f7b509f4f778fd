/**
 * The plan's kernels: what it does between matrix products, over float32 values in one memory, which threads may share. Addresses are
 * byte offsets, images channels last. The module keeps nothing in the memory by itself.
 */
export {
  activationAdjoint,
  addMoments,
  biasActivation,
  channelProducts,
  combineChannels,
  combineMaskedChannels,
  gatedChannelProducts,
  maskedChannelProducts,
  scaleChannels,
  scaleChannelsAndAdd,
} from "./channels";
export { activationGradient, applyActivation } from "./activations";
export { averagePool, averagePoolAdjoint } from "./average-pooling";
export {
  add,
  addScaled,
  copy,
  copyColumns,
  fill,
  fromBytes,
  multiply,
  relu,
  reluAdjoint,
  scale,
  sum,
  sumColumns,
} from "./elementwise";
export { mapAdjoint, mapValues } from "./maps";
export { copyRuns, repeatPixels } from "./rearrangement";
export { maxPool, maxPoolAdjoint } from "./max-pooling";
export { patches, patchesAdjoint } from "./patches";
export { patchColumns } from "./patch-columns";
export { maxPoolStrip, maxPoolStripAdjoint } from "./strips";
export { averageActivated, averageActivatedAdjoint, gatherKernel, spreadKernel } from "./tiles";
export { transposeColumns } from "./transposition";
export {
  winogradInput,
  winogradInputAdjoint,
  winogradKernel,
  winogradKernelAdjoint,
  winogradOutput,
  winogradOutputAdjoint,
} from "./winograd";
export { depthwise, depthwiseInputAdjoint, depthwiseKernelAdjoint } from "./depthwise";
export { narrowConvolution, narrowKernelAdjoint } from "./narrow";
