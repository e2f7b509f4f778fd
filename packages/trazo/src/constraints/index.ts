export * from "./built-in.js";
export type { Constraint } from "./constraint.js";
export type { NormAxis } from "./norms.js";
