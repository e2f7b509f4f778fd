import type { Kind } from "./kinds.js";

/** A kind with its article. */
export const inWords = (kind: Kind): string => `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
