/**
 * Trazo in a page or a worker, which have no files: models are built, opened from the bytes of their files (`fromKeras`) and
 * written as bytes (`toKeras`, `toOnnx`). They are computed in WebAssembly (`webRuntime`). Paths, folders of states and picture
 * files are for Node.
 *
 * @packageDocumentation
 */

export * from "../core.js";
export { webRuntime } from "./runtime.js";
