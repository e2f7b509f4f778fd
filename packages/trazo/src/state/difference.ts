import type { Json } from "../errors.js";

/** What stands where in a configuration. */
export interface Difference {
  /** E.g. `optimizer.config.learning_rate`. */
  readonly path: string;
  readonly before: string;
  readonly now: string;
}

/** Where two configurations differ, deepest places first named. */
export function differences(before: Json | undefined, now: Json | undefined, path = ""): Difference[] {
  if (isBranch(before) && isBranch(now) && Array.isArray(before) === Array.isArray(now)) {
    const [a, b] = [before as Record<string, Json>, now as Record<string, Json>];
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => differences(a[key], b[key], path === "" ? key : `${path}.${key}`));
  }
  const [first, second] = [JSON.stringify(before), JSON.stringify(now)];
  return first === second ? [] : [{ path, before: shown(first), now: shown(second) }];
}

/** A line a difference. */
export function differenceText(
  found: readonly Difference[],
  [one, other]: readonly [string, string] = ["then", "now"],
): string {
  return found.map(({ path, before, now }) => `  ${path}: ${before} ${one}, ${now} ${other}`).join("\n");
}

const isBranch = (value: Json | undefined): boolean => typeof value === "object" && value !== null;

const longest = 100;

function shown(text: string | undefined): string {
  if (text === undefined) return "nothing";
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}
