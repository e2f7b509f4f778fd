/**
 * A prediction server for classifiers of pictures. An entry of its own, `trazo/serve`, because it brings an HTTP framework with it.
 *
 * @packageDocumentation
 */

export type { Guess, Prediction } from "./answer.js";
export type { ServeOptions } from "./options.js";
export type { ErrorBody, ErrorCode } from "./request-error.js";
export { type ClassifierServer, createServer } from "./server.js";
