/** Kernels of operators that few networks have: a module of its own, loaded with them. Otherwise as index.ts says. */
export { axisProduct, axisProductAdjoint } from "./axis-product";
export { broadcast, broadcastAdjoint } from "./broadcast";
export { argMax, convert, oneHot } from "./classes";
export { crossentropy, crossentropyAdjoint } from "./crossentropy";
export { gather, gatherAdjoint } from "./gather";
export { normalizeGroups, normalizeGroupsAdjoint } from "./group-normalization";
export { mapRare, mapRareAdjoint } from "./rare-maps";
export { softmax, softmaxAdjoint } from "./softmax";
