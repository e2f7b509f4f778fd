import { join } from "node:path";
import type { Runtime } from "trazo";
import { writeFileAtomically } from "trazo/node";
import type { Language } from "../language.js";
import { type Run, runFiles } from "../runs/run-folder.js";
import { augmentedSamples, type Examination, examineRun } from "./examine.js";
import { renderPicturePage } from "./page/index.js";
import type { Proposal } from "./settings.js";

/** What the report tells besides what the run's folder holds. */
export interface PictureReportOptions {
  readonly proposal: Proposal;
  /** What was found in the folder, line by line. */
  readonly found: readonly string[];
  /** What was typed. */
  readonly command: string;
  /** Of the page. Default `en`. */
  readonly language?: Language | undefined;
}

/**
 * Shows the best model of a finished run the test pictures and writes `report.html` into its folder: curves, per-class table, confusion
 * matrix, worst mistakes with Grad-CAM, and pictures as training saw them.
 *
 * @returns what the model made of the test pictures
 */
export async function writePictureReport(
  run: Run,
  { proposal, found, command, language = "en" }: PictureReportOptions,
  runtime: Runtime,
): Promise<Examination> {
  const { examination, record } = await examineRun(run.folder, proposal.settings, runtime);
  const samples = await augmentedSamples(record, proposal.settings, run.config.seed);
  const page = await renderPicturePage({ run, examination, samples, proposal, found, command, language });
  await writeFileAtomically(join(run.folder, runFiles.report), page);
  return examination;
}
