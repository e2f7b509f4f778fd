import { TrazoError } from "trazo";
import { differenceText } from "trazo/node";
import { imageCounts, type PracticeData } from "./data.js";
import { settingDifferences } from "./runs/resumable.js";
import type { Run, RunConfig } from "./runs/run-folder.js";

/**
 * Checks that figures of runs may stand side by side and be averaged over their seeds.
 *
 * @param data what the runs' models are shown now
 * @throws TrazoError for a run that is listed twice, or of another length, batch size or images than the others or the data
 */
export function requireComparable(runs: readonly Run[], data: PracticeData): void {
  const [first] = runs;
  if (!first) return;
  for (const [i, run] of runs.entries()) {
    const twin = runs.slice(0, i).find((other) => nameOf(other) === nameOf(run));
    if (twin) {
      throw new TrazoError(
        `${twin.folder} and ${run.folder} are both ${nameOf(run)}: a repeat is not another seed. Give one of them.`,
      );
    }
    requireAlike(run, first.config, ["there", `in ${first.folder}`], "Compare runs of the same settings.");
    requireAlike(
      run,
      { ...run.config, data: data.source, dataDigest: data.digest, images: imageCounts(data) },
      ["there", "loaded now"],
      "Give the images that it was trained on with --data.",
    );
  }
}

const nameOf = ({ config }: Run): string => `${config.technique}, seed ${config.seed}`;

/** Apart from what a comparison is about. */
function requireAlike(run: Run, other: RunConfig, places: readonly [string, string], advice: string): void {
  const { technique, seed, monitor, modelDigest } = run.config;
  const different = settingDifferences(run.config, { ...other, technique, seed, monitor, modelDigest });
  if (different.length === 0) return;
  throw new TrazoError(`${run.folder} cannot be compared:\n${differenceText(different, places)}\n${advice}`);
}
