import { join } from "node:path";
import { bestEpochOf, type Run, runFiles } from "@trazo/practice";
import { resumeCommand } from "./own-command.js";
import type { Interruption } from "./text/en.js";
import type { CliText } from "./text/index.js";

/** A run's best epoch and where its model is; undefined before an epoch has ended. */
export function bestText(run: Run, { training }: CliText): string | undefined {
  const best = bestEpochOf(run);
  const path = join(run.folder, runFiles.bestModel);
  return best && training.best({ ...best, value: best.value.toFixed(5), path });
}

/** What is said after Ctrl-C: how far training came, what was kept, and how to resume it. */
export const interruptedText = (
  interruption: Interruption,
  best: string | undefined,
  { training }: CliText,
): string =>
  [
    training.interrupted(interruption),
    best ?? training.nothingKept,
    training.toContinue(resumeCommand()),
  ].join("\n");
