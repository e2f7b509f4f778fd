import type { RunResult } from "../run/run-result.js";
import { isLargerBetter, measured } from "./measure.js";
import type { SweepPlan } from "./sweep-plan.js";

/** A setting that is trained up to a rung. */
export interface HalvingStep {
  /** Its place among the sweep's settings, from 0. */
  readonly setting: number;
  /** From 0. */
  readonly rung: number;
  /** The epochs up to which it is trained. */
  readonly epochs: number;
}

/** What is known of a rung. */
interface Rung {
  readonly epochs: number;
  /** The settings that were sent there, in that order. */
  readonly sent: number[];
  /** How many of them were asked for. */
  asked: number;
  readonly values: Map<number, number | undefined>;
  /** How many of them count: those before the first that has not arrived. */
  counted: number;
  /** Those that count and have a value, the best first. */
  readonly ranked: number[];
  readonly promoted: Set<number>;
}

/**
 * Asynchronous successive halving (Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020, algorithm 2), as one
 * processor would make it: a setting is promoted as soon as it is among the best, one in `factor`, of those that have reached its rung,
 * and nobody waits for a rung to be complete. They count in the order in which they were sent there, not in that of their arrival. So the
 * same settings are promoted whoever makes the runs, however many at a time, and however often a sweep is resumed.
 *
 * @example
 * const halving = new Halving(plan);
 * for (let step = halving.next(); step; step = halving.next()) halving.report(step, await train(step));
 */
export class Halving {
  readonly #factor: number;
  readonly #isLargerBetter: boolean;
  readonly #rungs: readonly Rung[];

  /** @param plan whose search is `asha` */
  constructor({ settings, search, measure }: Pick<SweepPlan, "settings" | "search" | "measure">) {
    if (search.type !== "asha") throw new Error("The sweep is not one of successive halving.");
    const epochs = settings[0]?.configuration.epochs ?? 1;
    this.#factor = search.factor;
    this.#isLargerBetter = isLargerBetter(measure);
    this.#rungs = rungsOf(search.minEpochs, search.factor, epochs).map((until) => ({
      epochs: until,
      sent: [],
      asked: 0,
      values: new Map(),
      counted: 0,
      ranked: [],
      promoted: new Set(),
    }));
    this.#rungs[0]?.sent.push(...settings.keys());
  }

  /** The next thing to do, the highest rung first; undefined where everything else depends on steps that were not reported. */
  next(): HalvingStep | undefined {
    for (let rung = this.#rungs.length - 1; rung >= 0; rung--) {
      const at = this.#rungs[rung] as Rung;
      const setting = at.sent[at.asked];
      if (setting === undefined) continue;
      at.asked++;
      return { setting, rung, epochs: at.epochs };
    }
    return undefined;
  }

  /** @param value by which settings are compared; undefined where the setting failed */
  report({ setting, rung }: Pick<HalvingStep, "setting" | "rung">, value: number | undefined): void {
    const at = this.#rungs[rung] as Rung;
    at.values.set(setting, value);
    for (
      let next = at.sent[at.counted];
      next !== undefined && at.values.has(next);
      next = at.sent[at.counted]
    ) {
      at.counted++;
      if (at.values.get(next) !== undefined) this.#rank(at, next);
      this.#promote(at, this.#rungs[rung + 1]);
    }
  }

  #rank({ ranked, values }: Rung, setting: number): void {
    const scoreOf = (one: number): number => values.get(one) as number;
    const isBetter = (a: number, b: number): boolean =>
      scoreOf(a) === scoreOf(b) ? a < b : scoreOf(a) > scoreOf(b) === this.#isLargerBetter;
    const place = ranked.findIndex((other) => isBetter(setting, other));
    ranked.splice(place < 0 ? ranked.length : place, 0, setting);
  }

  #promote({ ranked, counted, promoted }: Rung, next: Rung | undefined): void {
    for (const setting of ranked.slice(0, Math.floor(counted / this.#factor))) {
      if (!next || promoted.has(setting)) continue;
      promoted.add(setting);
      next.sent.push(setting);
    }
  }
}

/** `minEpochs`, then each time `factor` times as many, up to all. */
export function rungsOf(minEpochs: number, factor: number, epochs: number): number[] {
  const rungs: number[] = [];
  for (let rung = minEpochs; rung < epochs; rung *= factor) rungs.push(rung);
  return [...rungs, epochs];
}

/**
 * What a setting is compared by once its runs, one a seed, have come as far as a step wanted: the mean of their measures.
 *
 * @returns undefined where a run failed
 */
export function valueAt(
  { epochs }: HalvingStep,
  { measure }: SweepPlan,
  results: readonly RunResult[],
): number | undefined {
  const values = results.flatMap((result) => measured(result, measure, epochs) ?? []);
  if (values.length < results.length) return undefined;
  return values.reduce((sum, one) => sum + one, 0) / values.length;
}
