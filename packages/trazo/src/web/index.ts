/**
 * Trazo in a page or a worker, which have no files: models are built, opened from the bytes of their files (`fromKeras`) and
 * written as bytes (`toKeras`, `toOnnx`). They are computed in WebAssembly (`webRuntime`). Paths, folders of states and picture
 * files are for Node.
 *
 * @packageDocumentation
 */

export * from "../core.js";
export { type WebRuntimeOptions, webRuntime } from "./runtime/web-runtime.js";
export type { TrainingProgress } from "./worker/messages.js";
export { type ServeTrainingOptions, serveTraining } from "./worker/serve-training.js";
export type { WorkerLike } from "./worker/start-worker.js";
export { type TrainInWorkerOptions, trainInWorker, type WorkerTraining } from "./worker/train-in-worker.js";
