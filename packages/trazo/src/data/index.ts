export * from "./augmentation/index.js";
export { toCategorical } from "./categorical.js";
export { parseIdx, readIdx } from "./idx.js";
export { type ReadDigitImageOptions, readDigitImage } from "./image.js";
export { type Split, type SplitIndices, type SplitOptions, splitIndices, trainTestSplit } from "./split.js";
