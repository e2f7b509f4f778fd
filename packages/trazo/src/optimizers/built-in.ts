/**
 * The optimizers that names and files may mean, by their factories' names. To add one, write its definition, and name it here.
 *
 * @module
 */
export { type AdadeltaOptions, adadelta } from "./adadelta.js";
export { type AdagradOptions, adagrad } from "./adagrad.js";
export { type AdamOptions, adam } from "./adam.js";
export { type AdamaxOptions, adamax } from "./adamax.js";
export { adamW } from "./adamw.js";
export { type FtrlOptions, ftrl } from "./ftrl.js";
export { type LionOptions, lion } from "./lion.js";
export { type NadamOptions, nadam } from "./nadam.js";
export { type RmspropOptions, rmsprop } from "./rmsprop.js";
export { type SgdOptions, sgd } from "./sgd.js";
