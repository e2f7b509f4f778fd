/**
 * A prediction server for image classifiers.
 *
 * @module @trazo/serve
 */

export type { Guess, Prediction } from "./answer.js";
export type { ServeOptions } from "./options.js";
export type { ErrorBody, ErrorCode } from "./request-error.js";
export { type ClassifierServer, createServer } from "./server.js";
export { openThreadedClassifier } from "./threaded-classifier.js";
