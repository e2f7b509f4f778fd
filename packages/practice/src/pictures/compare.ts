import type { JsonObject } from "trazo";
import { PracticeError } from "../failures/index.js";
import type { Language } from "../language.js";
import { bestEpochOf, type Run } from "../runs/run-folder.js";
import { aligned } from "../table.js";
import { measuredShare, shareText } from "./interval.js";
import { readPictureRecord } from "./run-record.js";
import { figureIn, type PictureText, pictureTexts } from "./text/index.js";

/** Whether all of them were trained on a folder of pictures. */
export const arePictureRuns = (runs: readonly Run[]): boolean =>
  runs.every(({ folder }) => readPictureRecord(folder) !== undefined);

/**
 * Finished runs on the same folder of pictures side by side, one in a line: what their settings differ in, and how well they do.
 *
 * @param width characters in a line. Default: as many as it takes
 * @throws PracticeError for a run that has not finished, or that was tested on other pictures than the first
 */
export function comparePictureRuns(
  runs: readonly Run[],
  language: Language = "en",
  width?: number,
): string[] {
  const [first] = runs;
  if (!first) return [];
  for (const run of runs) {
    if (!run.result)
      throw new PracticeError(({ pictureRunNotFinished }) => pictureRunNotFinished(run.folder));
    if (testFiles(run) !== testFiles(first)) {
      throw new PracticeError(({ otherTestPictures }) => otherTestPictures(run.folder, first.folder));
    }
  }
  const varying = varyingSettings(runs);
  const text = pictureTexts[language];
  const rows = runs.map((run) => [
    run.folder,
    String(run.config.seed),
    ...varying.map((name) => settingText(run.config.settings?.[name])),
    String(run.history.length),
    percent(run.history[(bestEpochOf(run)?.epoch ?? 1) - 1]?.val_accuracy, text),
    testText(run, language),
  ]);
  return [aligned([text.compare.head(varying), ...rows], width), text.compare.note(first.config.images.test)];
}

const testFiles = ({ folder, config }: Run): string =>
  JSON.stringify([config.dataDigest, [...(readPictureRecord(folder)?.files.test.files ?? [])].sort()]);

function varyingSettings(runs: readonly Run[]): string[] {
  const names = new Set(runs.flatMap(({ config }) => Object.keys(config.settings ?? {})));
  const text = (run: Run, name: string): string =>
    JSON.stringify((run.config.settings as JsonObject)?.[name]) ?? "";
  return [...names].filter((name) => new Set(runs.map((run) => text(run, name))).size > 1);
}

const settingText = (value: unknown): string =>
  value === undefined ? "-" : typeof value === "string" ? value : JSON.stringify(value);

const percent = (share: number | undefined, text: PictureText): string =>
  share === undefined ? "-" : `${figureIn(text, 100 * share, 1)} %`;

function testText({ result, config }: Run, language: Language): string {
  const accuracy = result?.test.accuracy;
  if (accuracy === undefined) return "-";
  const { test } = config.images;
  return shareText(measuredShare(Math.round(accuracy * test), test), language);
}
