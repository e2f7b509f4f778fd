/**
 * Trazo in a page or a worker, which have no files: models are built, opened from the bytes of their files (`fromKeras`) and
 * written as bytes (`toKeras`, `toOnnx`). What computes has to be given: the option `runtime` of a model. Paths, folders of
 * states and picture files are for Node.
 *
 * @packageDocumentation
 */

export * from "../core.js";
