export * from "./built-in.js";
export type { LossDefinition, LossParts } from "./define-loss.js";
export type { Loss } from "./loss.js";
export type { LossName } from "./registry.js";
