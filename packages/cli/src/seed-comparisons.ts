import { base, type Run } from "@trazo/practice";
import { type Comparison, compareSettings } from "@trazo/sweep";

/** Techniques compared by test accuracy over the seeds that they share: with the base network where it is among them, or each with each. */
export function seedComparisons(runs: readonly Run[]): Comparison[] {
  const byTechnique = new Map<string, Map<number, number>>();
  for (const { config, result } of runs) {
    const accuracy = result?.test.accuracy;
    if (accuracy === undefined) continue;
    const seeds = byTechnique.get(config.technique) ?? new Map<number, number>();
    byTechnique.set(config.technique, seeds.set(config.seed, accuracy));
  }
  const measured = [...byTechnique].map(([name, bySeed]) => ({ name, bySeed }));
  const reference = byTechnique.has(base.name) ? base.name : undefined;
  return compareSettings(measured, reference).filter(({ p }) => p !== undefined);
}
