import { join } from "node:path";
import { writeFileAtomically } from "../formats/atomic-file.js";
import type { Runtime } from "../index.js";
import type { PracticeData } from "./data.js";
import { machineName, softwareOf } from "./environment.js";
import { inspectRun } from "./inspect-run.js";
import { figurePng, type Language, type ReportData, renderFigures, renderReport } from "./report/index.js";
import type { Run } from "./run-folder.js";

/** What the report shows of finished runs. Their best models are read from their folders and look at the test images. */
export async function reportData(
  runs: readonly Run[],
  data: PracticeData,
  runtime: Runtime,
  command: string,
): Promise<ReportData> {
  const inspected = [];
  for (const run of runs) inspected.push(await inspectRun(run, data, runtime));
  const count = ({ shape }: { shape: readonly number[] }): number => shape[0] as number;
  return {
    runs: inspected,
    images: { train: count(data.xTrain), validation: count(data.xVal), test: count(data.xTest) },
    environment: {
      machine: machineName(),
      software: softwareOf(runtime),
      command,
      date: new Date().toISOString(),
    },
  };
}

/**
 * Writes `report.html`, and every figure as SVG and PNG under `figures/`.
 *
 * @returns the page's path
 */
export async function writeReport(data: ReportData, folder: string, lang: Language): Promise<string> {
  const page = join(folder, "report.html");
  await writeFileAtomically(page, await renderReport(data, { lang }));
  for (const figure of await renderFigures(data, lang)) {
    await writeFileAtomically(join(folder, "figures", `${figure.name}.svg`), figure.svg);
    await writeFileAtomically(join(folder, "figures", `${figure.name}.png`), await figurePng(figure));
  }
  return page;
}
