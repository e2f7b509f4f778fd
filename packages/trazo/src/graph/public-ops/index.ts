/**
 * Operators: functions from values of a graph to a value, with which a layer, a loss, a metric or an optimizer computes.
 *
 * Each has a gradient, unless it says otherwise. In the examples, `x` and `y` are values of a graph that have the
 * batch as their first axis, `value` is a weight, and `targets` are class numbers `[batch]`.
 *
 * @module
 */

export type { Operand } from "../apply.js";
export * from "./arrays.js";
export * from "./elementwise.js";
// Channels last: what layers emit. A lowering turns these into the operators of the other files.
export * from "./images.js";
