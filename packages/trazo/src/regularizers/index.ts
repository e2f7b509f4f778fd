export { type L1L2Options, l1, l1l2, l2 } from "./l1l2.js";
export type { Regularizer } from "./regularizer.js";
