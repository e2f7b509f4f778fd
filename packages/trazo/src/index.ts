/**
 * Trazo: trains convolutional networks in TypeScript, with Keras's semantics and files.
 *
 * @module trazo
 */

export * from "./core.js";
export * as callbacks from "./node/callbacks/index.js";
export {
  type DirectoryDataset,
  type DirectoryDatasetOptions,
  directoryDataset,
} from "./node/data/directory-dataset.js";
export { type FileDataset, type FileDatasetOptions, fileDataset } from "./node/data/file-dataset.js";
export {
  type DirectoryImages,
  type ImagesFromDirectoryOptions,
  imagesFromDirectory,
} from "./node/data/images-from-directory.js";
export { type ImagesFromTableOptions, imagesFromTable } from "./node/data/images-from-table.js";
export { type InWorkersOptions, inWorkers, type WorkerDataset } from "./node/data/in-workers.js";
export type { LoadedImages, OnUnreadable, UnreadableFile } from "./node/data/load-images.js";
export { type LoadMnistOptions, loadMnist } from "./node/data/mnist.js";
export { moduleDataset } from "./node/data/module-dataset.js";
export { nodeRuntime } from "./node/runtime/node.js";
export type { NodeDevice, NodeRuntimeOptions } from "./node/runtime/node-options.js";
