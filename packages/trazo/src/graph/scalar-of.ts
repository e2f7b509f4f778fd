import type { Value } from "./value.js";

/** The number that a value is, where it is a constant scalar. */
export function scalarOf(value: Value | null | undefined): number | undefined {
  const content = value?.graph.constantOf(value);
  return content && content.data.length === 1 ? Number(content.data[0]) : undefined;
}
