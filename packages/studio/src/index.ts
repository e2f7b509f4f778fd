/**
 * The studio: a page on which one watches a network learn, draws for it, and compares techniques.
 *
 * @packageDocumentation
 */

export { openStudio, type Studio, type StudioOptions } from "./server/server.js";
