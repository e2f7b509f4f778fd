import { beforeAll, describe, expect, it } from "vitest";
import { comparisonPlot } from "../../src/report/figures/comparison.js";
import { shareAxis } from "../../src/report/figures/scales.js";
import {
  type Figure,
  figurePng,
  type ReportData,
  renderFigures,
  type TechniqueRun,
} from "../../src/report/index.js";
import { numbersIn } from "../../src/report/numbers.js";
import { summarize } from "../../src/report/summary.js";
import { texts } from "../../src/report/text/index.js";
import { fileTheme } from "../../src/report/theme.js";
import { sampleReport } from "./sample.js";

let data: ReportData;
let figures: readonly Figure[];

beforeAll(async () => {
  data = await sampleReport({ techniques: ["base", "batchnorm", "augmentation"], epochs: 12, seeds: 2 });
  figures = await renderFigures(data, "es");
});

const textOf = (name: string): string => {
  const svg = figures.find((figure) => figure.name === name)?.svg ?? "";
  return [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, words]) => words).join(" ");
};

describe("a figure in a file of its own", () => {
  it("carries the legend that the page writes below it", () => {
    const { legend } = texts.es;
    for (const words of [legend.notebook, legend.best, legend.range])
      expect(textOf("accuracy")).toContain(words);
    for (const words of [legend.best, legend.range]) expect(textOf("loss")).toContain(words);
    expect(textOf("loss")).not.toContain(legend.notebook);
    for (const words of Object.values({ ...legend, range: legend.best })) {
      expect(textOf("training-augmentation")).toContain(words);
    }
    for (const name of ["Base", "BatchNorm", "Aumento", legend.range]) {
      expect(textOf("robustness")).toContain(name);
    }
  });

  it("says how to read it, whole, in lines that fit", () => {
    const notes = texts.es.figures;
    expect(textOf("accuracy")).toContain(notes.accuracy.note);
    expect(textOf("training-base")).toContain(notes.againstTraining.note);
    expect(textOf("comparison")).toContain(notes.comparison.description(false));
    expect(textOf("weights-batchnorm")).toContain("el contorno discontinuo es la red base");
    expect(textOf("weights-base")).not.toContain("el contorno discontinuo es la red base");
    expect(textOf("kernels-base")).toContain("Naranja: el filtro se activa con trazo; azul: con fondo.");
    expect(textOf("augmented-augmentation")).toContain(notes.augmented.note);
    expect(textOf("misread-base")).toContain("el dígito verdadero → el dígito leído");
    expect(textOf("confusion-batchnorm")).toContain(
      "Matriz de confusión: Normalización por lotes (BatchNorm)",
    );
  });

  it("fills its width, and writes nothing beyond it", async () => {
    const { default: sharp } = await import("sharp");
    for (const figure of figures) {
      const png = await figurePng(figure, 1);
      const { width = 0 } = await sharp(png).metadata();
      const { info } = await sharp(png).trim({ background: "#ffffff" }).toBuffer({ resolveWithObject: true });
      const [left, right] = [-(info.trimOffsetLeft ?? 0), width + (info.trimOffsetLeft ?? 0) - info.width];
      expect(right / width, `blank right of ${figure.name}`).toBeLessThan(0.15);
      for (const room of [left, right]) expect(room, `margin of ${figure.name}`).toBeGreaterThan(3);
    }
  });
});

describe("the bars of wrong digits", () => {
  /** Where the count of so many wrong digits begins and ends, and where the line of 99% stands. */
  function places(wrong: number): { begin: number; end: number; line: number } {
    const confusion = new Array<number>(100).fill(0);
    confusion[0] = 10000 - wrong;
    confusion[1] = wrong;
    const run: TechniqueRun = { ...(data.runs[0] as TechniqueRun), confusion };
    const { marks } = comparisonPlot(640, {
      summaries: summarize({ ...data, runs: [run] }),
      testImages: 10000,
      text: texts.en,
      numbers: numbersIn("en", texts.en),
      theme: fileTheme,
      titled: true,
    });
    const placeOf = (kind: string, words?: string): number => {
      const enters = marks
        .filter(({ type }) => type === kind)
        .map(({ encode }) => encode?.enter as Record<string, { value: string | number }>);
      const found = enters.find(({ text }) => words === undefined || text?.value === words);
      return found?.x?.value as number;
    };
    const begin = placeOf("text", String(wrong));
    return { begin, end: begin + 8 * String(wrong).length, line: placeOf("rule") };
  }

  it("keep their counts off the line of the exercise", () => {
    for (let wrong = 1; wrong <= 400; wrong++) {
      const { begin, end, line } = places(wrong);
      expect(begin > line + 3 || end < line - 3, `${wrong} wrong`).toBe(true);
    }
  });
});

describe("an axis of accuracies", () => {
  it("goes from a round share below the lowest to all of them", () => {
    expect(shareAxis(0.19)).toEqual({ bottom: 0, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] });
    expect(shareAxis(0.91)).toEqual({ bottom: 0.9, ticks: [0.9, 0.92, 0.94, 0.96, 0.98, 1] });
    expect(shareAxis(0)).toEqual({ bottom: 0, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] });
    expect(shareAxis(1)).toEqual({ bottom: 0.99, ticks: [0.99, 1] });
  });
});
