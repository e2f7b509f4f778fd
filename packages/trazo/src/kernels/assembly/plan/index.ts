/**
 * The plan's kernels: what it does between matrix products, over float32 values in one memory, which threads may share. Addresses are
 * byte offsets, images channels last. The module keeps nothing in the memory by itself.
 */
export {
  activationAdjoint,
  biasActivation,
  channelProducts,
  channelSquares,
  channelSums,
  combineChannels,
  scaleChannels,
} from "./channels";
export { add, copy, fill, multiply, relu, reluAdjoint, sum } from "./elementwise";
export { patches, patchesAdjoint } from "./patches";
export { averagePool, averagePoolAdjoint, maxPool, maxPoolAdjoint } from "./pooling";
export {
  setWork,
  winogradInput,
  winogradInputAdjoint,
  winogradKernel,
  winogradKernelAdjoint,
  winogradOutput,
  winogradOutputAdjoint,
} from "./winograd";
