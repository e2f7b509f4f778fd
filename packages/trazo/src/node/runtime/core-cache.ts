import { readFileSync } from "node:fs";

/** Half of the smallest cache that a core of today's has to itself. */
const leastBytes = 2 ** 18;
const mostBytes = 2 ** 20;

/** Bytes that a block's data should not exceed: half of the second-level cache of a core, where the system tells its size. */
export function blockBytes(read: () => string = readSize): number {
  const [, count, unit] = /^(\d+)([KM])\s*$/.exec(read()) ?? [];
  const bytes = Number(count ?? 0) * (unit === "M" ? 2 ** 20 : 2 ** 10);
  return Math.min(mostBytes, Math.max(leastBytes, bytes / 2));
}

/** Empty where there is no such file. */
function readSize(): string {
  try {
    return readFileSync("/sys/devices/system/cpu/cpu0/cache/index2/size", "utf8");
  } catch {
    return "";
  }
}
