/**
 * The optimizers that names and files may mean, by their factories' names. To add one, write its definition, and name it here.
 *
 * @module
 */
export { type AdamOptions, adam } from "./adam.js";
export { adamW } from "./adamw.js";
export { type RmspropOptions, rmsprop } from "./rmsprop.js";
export { type SgdOptions, sgd } from "./sgd.js";
