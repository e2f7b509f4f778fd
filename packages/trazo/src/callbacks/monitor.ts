import { TrazoError } from "../errors.js";
import type { Logs } from "./callback.js";

/**
 * Whether smaller or larger values of the watched quantity are better. `auto` decides by its name: larger where it has
 * `acc` or `auc` in it or begins with `fmeasure`, else smaller.
 */
export type MonitorMode = "auto" | "min" | "max";

/** `max` for accuracies and areas under curves, `min` for everything else. */
export function directionOf(monitor: string, mode: MonitorMode): "min" | "max" {
  if (mode === "min" || mode === "max") return mode;
  if (mode !== "auto") throw new TrazoError(`mode must be "auto", "min" or "max", but got "${mode}".`);
  return /acc|auc|^fmeasure/.test(monitor) ? "max" : "min";
}

/** The value that any other one improves on. */
export function worstOf(direction: "min" | "max"): number {
  return direction === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

/** Strictly better by more than `delta`; NaN never is. */
export function improves(value: number, best: number, direction: "min" | "max", delta = 0): boolean {
  return direction === "min" ? value < best - delta : value > best + delta;
}

/** What to print when the watched quantity is not in the logs. */
export function missingMessage(callback: string, monitor: string, logs: Logs): string {
  const known = Object.keys(logs).join(", ") || "none";
  return `Warning: ${callback} watches "${monitor}", which is not available. Available: ${known}.\n`;
}
