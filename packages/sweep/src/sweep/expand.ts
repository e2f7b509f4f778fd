import { dataDigest, dataKey, loadData } from "../run/load-data.js";
import { codeVersion, type RunRequest } from "../run/run-request.js";
import type { SweepPlan, SweepSetting } from "./sweep-plan.js";

/** One run of a sweep. */
export interface PlannedRun {
  /** From 0, in the order of the sweep: all settings with the first seed, then with the second, and so on. */
  readonly index: number;
  readonly setting: SweepSetting;
  readonly seed: number;
  readonly request: RunRequest;
}

/**
 * Every run of a sweep, in an order that is the same everywhere.
 *
 * @param threads processor threads of each run
 * @throws TrazoError when images cannot be read
 */
export async function expandSweep(plan: SweepPlan, threads: number): Promise<PlannedRun[]> {
  const digests = new Map<string, string>();
  const digestOf = async ({ configuration: { data } }: SweepSetting): Promise<string> => {
    const key = dataKey(data);
    const known = digests.get(key) ?? dataDigest(await loadData(data));
    digests.set(key, known);
    return known;
  };
  const runs: PlannedRun[] = [];
  for (const seed of plan.seeds) {
    for (const setting of plan.settings) {
      const { configuration } = setting;
      const request = { configuration, seed, dataDigest: await digestOf(setting), codeVersion, threads };
      runs.push({ index: runs.length, setting, seed, request });
    }
  }
  return runs;
}
