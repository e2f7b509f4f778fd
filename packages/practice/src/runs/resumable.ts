import type { JsonObject } from "trazo";
import { type Difference, differences, differenceText } from "trazo/node";
import { PracticeError } from "../failures/index.js";
import type { Run, RunConfig } from "./run-folder.js";

/**
 * Checks that the run in a folder can continue as `config` says, perhaps for more epochs than it was begun with.
 *
 * @throws TrazoError with the differences when it cannot
 */
export function requireResumable(before: Run, config: RunConfig): void {
  const lengthFits = config.epochs === before.config.epochs || config.epochs > before.history.length;
  const different = settingDifferences(
    before.config,
    lengthFits ? { ...config, epochs: before.config.epochs } : config,
  );
  if (different.length === 0) return;
  throw new PracticeError(({ otherSettings, before: then, now }) =>
    otherSettings(before.folder, differenceText(different, [then, now])),
  );
}

/** Where and when a run was begun is not a setting, and neither is what follows from its images; the same images may lie elsewhere. */
export function settingDifferences(before: RunConfig, now: RunConfig): Difference[] {
  const haveDigests = before.dataDigest !== undefined && now.dataDigest !== undefined;
  const settings = ({
    software,
    machine,
    started,
    data,
    dataDigest,
    preparation,
    ...rest
  }: RunConfig): JsonObject => ({ ...rest, data: haveDigests ? dataDigest : data }) as JsonObject;
  return differences(settings(before), settings(now));
}
