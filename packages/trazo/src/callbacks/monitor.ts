import { withDefault } from "../schema/option.js";
import { oneOf, text } from "../schema/options.js";
import type { CallbackParams, Logs } from "./callback.js";

/**
 * Whether smaller or larger values of the watched quantity are better. `auto` decides by its name: larger for accuracies, areas
 * under curves, precision, recall, F scores, intersections over unions, true positives and negatives, R², correlations and cosine
 * similarity, else smaller. Every loss is better when it is smaller, whatever the name before `_loss`.
 */
export type MonitorMode = "auto" | "min" | "max";

const options = {
  /** The key of the logs to watch. Default `val_loss`. */
  monitor: withDefault(text(), "val_loss"),
  /** Whether larger or smaller values are better. Default `auto`: decided by the name of what is watched. */
  mode: withDefault(oneOf(["auto", "min", "max"]), "auto"),
};

/** A name of its own, so that declarations keep what is said of each option. */
export interface MonitorOptions extends Readonly<typeof options> {}

/** Options of callbacks that watch a quantity of the logs. */
export const monitorOptions: MonitorOptions = options;

export type Direction = "min" | "max";

const largerIsBetter = new RegExp(
  [
    "acc|auc|precision|recall|sensitivity|f1_score|fbeta_score|^fmeasure",
    "(^|_)m?(io_u|iou)(_|$)|true_(positives|negatives)",
    "r2_score|_correlation|cosine_similarity",
  ].join("|"),
);

/**
 * `max` for what a name such as `val_accuracy` or `auc` says is better when it is larger, `min` for everything else.
 *
 * @example
 * ```ts
 * directionOf("val_accuracy", "auto"); // "max"
 * ```
 */
export function directionOf(monitor: string, mode: MonitorMode): Direction {
  if (mode !== "auto") return mode;
  if (/(^|_)loss$/.test(monitor)) return "min";
  return largerIsBetter.test(monitor) ? "max" : "min";
}

/** The value that any other one improves on. */
export function worstOf(direction: Direction): number {
  return direction === "min" ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}

/**
 * Strictly better; NaN never is.
 *
 * @example
 * ```ts
 * improves(0.21, 0.25, "min"); // true: the loss fell
 * ```
 */
export function improves(value: number, best: number, direction: Direction): boolean {
  return direction === "min" ? value < best : value > best;
}

/** The watched value; where the logs lack it, undefined after a warning. */
export function watchedValue(
  callback: string,
  monitor: string,
  logs: Logs,
  print: CallbackParams["print"],
): number | undefined {
  const value = logs[monitor];
  if (value !== undefined) return value;
  const known = Object.keys(logs).join(", ") || "none";
  print(`Warning: ${callback} watches "${monitor}", which is not available. Available: ${known}.\n`);
  return undefined;
}
