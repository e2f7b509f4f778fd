import type { Json } from "trazo";

/** JSON with the keys of every object in order and nothing undefined, so that equal values are equal texts. */
export const canonicalJson = (value: Json): string => JSON.stringify(value, sortKeys);

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
