/**
 * Trazo in a page or a worker: models are built, trained and used in WebAssembly (`webRuntime`), by the page or by a worker of its
 * (`trainInWorker`), opened from the bytes of their files (`fromKeras`) and written as bytes (`toKeras`, `toOnnx`). A plain path is one in the
 * origin private file system (`opfs`), `indexeddb://…` one in a database, and a URL is fetched. Folders of states are for Node.
 *
 * @packageDocumentation
 */

export * from "../core.js";
export { loadMnist } from "./data/load-mnist.js";
export { type FetchBytesOptions, type FetchProgress, fetchBytes } from "./files/fetch-bytes.js";
export type { FileStore } from "./files/file-store.js";
export { indexedDb } from "./files/indexed-db.js";
export { opfs } from "./files/opfs.js";
export type { OrtWeb } from "./runtime/ort-web.js";
export { type LibraryPart, preload } from "./runtime/preload.js";
export { type WebDeviceChoice, type WebRuntimeOptions, webRuntime } from "./runtime/web-runtime.js";
export type { TrainingProgress } from "./worker/messages.js";
export { type ServeTrainingOptions, serveTraining } from "./worker/serve-training.js";
export type { WorkerLike } from "./worker/start-worker.js";
export { type TrainInWorkerOptions, trainInWorker, type WorkerTraining } from "./worker/train-in-worker.js";
