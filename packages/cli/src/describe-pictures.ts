import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  describeInspection,
  describeSplit,
  inspectPictures,
  proposeSettings,
  splitPictures,
} from "@trazo/practice";
import { describeData } from "./data.js";
import { commandLine } from "./own-command.js";
import type { Speech } from "./speech.js";

/** Any of the four files says what kind of data set a folder holds. */
const idxFile = "train-labels-idx1-ubyte";

/** Prints what is in a folder of pictures, and how `train --images` would go about it. */
export async function describePictures(directory: string, { text, language }: Speech): Promise<void> {
  if ([idxFile, `${idxFile}.gz`].some((name) => existsSync(join(directory, name)))) {
    return await describeData({ data: directory }, text);
  }
  const inspection = await inspectPictures(directory);
  const lines = describeInspection(inspection, language);
  process.stdout.write(`${lines.join("\n")}\n`);
  const split = splitPictures(inspection, 42);
  const { reasons } = proposeSettings(inspection, split, {}, language);
  const rest = [
    "",
    text.data.would(commandLine(["train", "--images", directory])),
    ...[...describeSplit(inspection, split, language), ...reasons].map((line) => `- ${line}`),
  ];
  process.stdout.write(`${rest.join("\n")}\n`);
}
