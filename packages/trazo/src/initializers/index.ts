export type { RandomStream } from "../random/stream.js";
export * from "./built-in.js";
export type { Initializer } from "./initializer.js";
export type { InitializerName } from "./registry.js";
export type { SeedOption } from "./seeded.js";
