import { base } from "../techniques/base.js";
import { type Comparison, compareSettings } from "./compare.js";

/** What a run of a technique has measured on the test images. */
export interface SeedResult {
  readonly technique: string;
  readonly seed: number;
  readonly accuracy: number;
}

/** Techniques compared by test accuracy over the seeds that they share: with the base network where it is among them, or each with each. */
export function seedComparisons(results: readonly SeedResult[]): Comparison[] {
  const byTechnique = new Map<string, Map<number, number>>();
  for (const { technique, seed, accuracy } of results) {
    const seeds = byTechnique.get(technique) ?? new Map<number, number>();
    byTechnique.set(technique, seeds.set(seed, accuracy));
  }
  const measured = [...byTechnique].map(([name, bySeed]) => ({ name, bySeed }));
  const reference = byTechnique.has(base.name) ? base.name : undefined;
  return compareSettings(measured, reference).filter(({ pairs }) => pairs > 1);
}
