export * from "./built-in.js";
export { deserializeSchedule, serializeSchedule } from "./registry.js";
export type { LearningRateSchedule } from "./schedule.js";
