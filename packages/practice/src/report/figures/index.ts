import type { Language } from "../../language.js";
import { checkReportData, type ReportData } from "../data.js";
import { numbersIn } from "../numbers.js";
import { inkPicture, kernelPictures, kernelsNote } from "../pictures.js";
import { measuredTechniques } from "../robustness.js";
import { summarize, type TechniqueSummary } from "../summary.js";
import { texts } from "../text/index.js";
import { fileTheme } from "../theme.js";
import { comparisonPlot } from "./comparison.js";
import { confusionPlot } from "./confusion.js";
import { overviewPlot, trainingPlot } from "./curves.js";
import type { Figure, FigureContext } from "./figure.js";
import { robustnessPlot } from "./robustness.js";
import { type SheetPicture, sheet } from "./sheet.js";
import { drawPlot, type Plot } from "./vega.js";
import { weightsPlot } from "./weights.js";

const width = 640;
const mostMisread = 24;

/**
 * The report's figures as files of their own: dark on white, with their titles. For all techniques `comparison`,
 * `accuracy`, `loss` and, where runs were shown distorted digits, `robustness`; for each `training-…`, `confusion-…` and, where the data has them, `weights-…`, `misread-…`,
 * `kernels-…` and `augmented-…`.
 *
 * @throws TrazoError when the data does not fit together
 */
export async function renderFigures(data: ReportData, lang: Language): Promise<Figure[]> {
  checkReportData(data);
  const text = texts[lang];
  const context: FigureContext = {
    summaries: summarize(data),
    testImages: data.images.test,
    text,
    numbers: numbersIn(lang, text),
    theme: fileTheme,
    titled: true,
  };
  const plots = [
    comparisonPlot(width, context),
    overviewPlot("accuracy", width, context),
    overviewPlot("loss", width, context),
    ...(measuredTechniques(context.summaries).length > 0 ? [robustnessPlot(width, context)] : []),
    ...context.summaries.flatMap((summary) => techniquePlots(summary, context)),
  ];
  const sheets = context.summaries.map((summary) => techniqueSheets(summary, context));
  return [
    ...(await Promise.all(
      plots.map(async (plot) => ({ name: plot.name, title: plot.title, svg: await drawPlot(plot, context) })),
    )),
    ...(await Promise.all(sheets)).flat(),
  ];
}

/** A figure as a PNG. @param scale pixels a CSS pixel; default 2, for sharp print */
export async function figurePng({ svg }: Figure, scale = 2): Promise<Uint8Array> {
  const { default: sharp } = await import("sharp");
  return sharp(Buffer.from(svg), { density: 72 * scale })
    .png()
    .toBuffer();
}

function techniquePlots(summary: TechniqueSummary, context: FigureContext): Plot[] {
  return [
    trainingPlot(summary, width, context),
    confusionPlot(summary, context),
    ...((summary.shown.weights ?? []).length > 0 ? [weightsPlot(summary, width, context)] : []),
  ];
}

async function techniqueSheets(
  { technique, shown }: TechniqueSummary,
  context: FigureContext,
): Promise<Figure[]> {
  const { text, numbers, theme } = context;
  const { name } = text.technique(technique);
  const figures: Figure[] = [];
  const add = (
    kind: "misread" | "kernels" | "augmented",
    note: string,
    pictures: SheetPicture[],
    columns: number,
    side: number,
  ) => {
    if (pictures.length === 0) return;
    const title = text.figures[kind].of(name);
    figures.push({
      name: `${kind}-${technique}`,
      title,
      svg: sheet({ title, note }, pictures, { columns, side, theme }),
    });
  };
  const misread = (shown.misread ?? []).slice(0, mostMisread).map(async (mistake) => ({
    ...(await inkPicture(mistake.pixels)),
    label: `${mistake.actual} → ${mistake.predicted} · ${numbers.percent(mistake.probability, 0)}`,
  }));
  add("misread", `${text.figures.misread.note} ${text.files.misread}`, await Promise.all(misread), 8, 84);
  const kernels = shown.kernels === undefined ? [] : await kernelPictures(shown.kernels);
  add(
    "kernels",
    shown.kernels === undefined ? "" : kernelsNote(shown.kernels, kernels.length, context),
    kernels.map((kernel) => ({ ...kernel, label: String(kernel.number) })),
    8,
    84,
  );
  const samples = shown.augmented ?? [];
  const rows = samples.flatMap(({ original, variants }) => [original, ...variants]);
  const columns = 1 + Math.max(0, ...samples.map(({ variants }) => variants.length));
  add(
    "augmented",
    text.figures.augmented.note,
    (await Promise.all(rows.map(inkPicture))).map((picture) => ({ ...picture, label: "" })),
    columns,
    56,
  );
  return figures;
}
