/**
 * What `defineLayer`, `defineLoss`, `defineMetric` and `defineOptimizer` take as options: each states once what is accepted, in which form it is
 * kept, and how files have it.
 *
 * @module
 */

export type { GivenOptions, KeptOptions, Options, OptionsOf } from "./schema/define.js";
export { keyed, type Option, option, optional, withDefault } from "./schema/option.js";
export {
  type Bounds,
  boolean,
  integer,
  number,
  numbers,
  oneOf,
  positiveInteger,
  rate,
  type SizeOption,
  size,
  text,
} from "./schema/options.js";
