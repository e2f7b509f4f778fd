import { directionOf } from "trazo";
import type { RunEpoch, RunResult } from "../run/run-result.js";

/** Whether larger values of a measure are better. */
export const isLargerBetter = (measure: string): boolean =>
  directionOf(measure.replace(/^test_/, "val_"), "auto") === "max";

/**
 * What a run is compared by: a measure of its test, or the best of its epochs.
 *
 * @param until count the epochs up to this one (from 1). Default: all
 * @returns undefined where it was not measured
 */
export function measured(result: RunResult, measure: string, until?: number): number | undefined {
  if (measure.startsWith("test_")) return result.test?.[measure.slice("test_".length)];
  const epochs = result.epochs.filter(({ epoch }) => until === undefined || epoch <= until);
  return bestOf(epochs, measure);
}

/** The best value among some epochs. */
export function bestOf(epochs: readonly RunEpoch[], measure: string): number | undefined {
  const values = epochs.flatMap(({ metrics }) => metrics[measure] ?? []);
  if (values.length === 0) return undefined;
  return isLargerBetter(measure) ? Math.max(...values) : Math.min(...values);
}
