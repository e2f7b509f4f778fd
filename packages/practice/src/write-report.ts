import { join } from "node:path";
import type { Runtime } from "trazo";
import { writeFileAtomically } from "trazo/node";
import { requireComparable } from "./comparable.js";
import { imageCounts, type PracticeData } from "./data.js";
import { inspectRun } from "./inspect-run.js";
import type { Language } from "./language.js";
import { figurePng, type ReportData, renderFigures, renderReport } from "./report/index.js";
import { environmentOf } from "./runs/environment.js";
import type { Run } from "./runs/run-folder.js";

/**
 * What the report shows of finished runs. Their best models are read from their folders and look at the test images.
 *
 * @param onRun told of each run, with its place from 0, before its model is tried
 * @throws TrazoError when the runs did not finish, or do not belong together
 */
export async function reportData(
  runs: readonly Run[],
  data: PracticeData,
  runtime: Runtime,
  command: string,
  onRun: (run: Run, place: number) => void = () => {},
): Promise<ReportData> {
  requireComparable(runs, data);
  const inspected = [];
  for (const [place, run] of runs.entries()) {
    onRun(run, place);
    inspected.push(await inspectRun(run, data, runtime));
  }
  const { machines, software, began } = environmentOf(runs);
  return {
    runs: inspected,
    images: imageCounts(data),
    environment: {
      machine: machines.join("; "),
      software,
      began,
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
