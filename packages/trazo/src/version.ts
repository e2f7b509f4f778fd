import { createRequire } from "node:module";

/** This library's own version, as its package says. */
export const { version } = createRequire(import.meta.url)("../package.json") as { version: string };
