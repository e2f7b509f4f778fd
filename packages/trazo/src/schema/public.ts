/**
 * Options of a user's own optimizers and other objects: what each accepts, what leaving it out means, how files hold it.
 *
 * @module
 */
export type { GivenOptions, KeptOptions, Options, OptionsOf } from "./define.js";
export { keyed, type Option, option, optional, withDefault } from "./option.js";
export {
  type Bounds,
  boolean,
  integer,
  number,
  numbers,
  oneOf,
  positiveInteger,
  rate,
  text,
} from "./options.js";
