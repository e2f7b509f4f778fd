import { differenceText } from "trazo/node";
import { imageCounts, type PracticeData } from "./data.js";
import { type FailureText, PracticeError } from "./failures/index.js";
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
      const { technique, seed } = run.config;
      throw new PracticeError((text) =>
        text.sameRunTwice(twin.folder, run.folder, text.run(technique, seed)),
      );
    }
    requireAlike(run, first.config, (text) => text.inFolder(first.folder), "compareSameSettings");
    requireAlike(
      run,
      { ...run.config, data: data.source, dataDigest: data.digest, images: imageCounts(data) },
      ({ loadedNow }) => loadedNow,
      "giveItsImages",
    );
  }
}

const nameOf = ({ config }: Run): string => `${config.technique}, seed ${config.seed}`;

/** Apart from what a comparison is about. */
function requireAlike(
  run: Run,
  other: RunConfig,
  place: (text: FailureText) => string,
  advice: "compareSameSettings" | "giveItsImages",
): void {
  const { technique, seed, monitor, modelDigest } = run.config;
  const different = settingDifferences(run.config, { ...other, technique, seed, monitor, modelDigest });
  if (different.length === 0) return;
  throw new PracticeError((text) =>
    text.notComparable(run.folder, differenceText(different, [text.there, place(text)]), text[advice]),
  );
}
