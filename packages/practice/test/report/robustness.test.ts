import { beforeAll, describe, expect, it } from "vitest";
import {
  type Language,
  type ReportData,
  renderFigures,
  renderReport,
  type TechniqueRun,
} from "../../src/report/index.js";
import { numbersIn } from "../../src/report/numbers.js";
import { robustnessFindings } from "../../src/report/robustness-findings.js";
import { summarize } from "../../src/report/summary.js";
import { texts } from "../../src/report/text/index.js";
import { sampleReport } from "./sample.js";

let data: ReportData;

beforeAll(async () => {
  data = await sampleReport({ epochs: 2 });
});

const numbersOfWrong = { asTheyAre: 10, shift: 10, rotation: 10, shrunk: 10, enlarged: 10 };

/** A run of a technique that reads so many of 1,000 digits wrong. */
function runOf(technique: string, wrong: Partial<typeof numbersOfWrong> = {}, seed = 1): TechniqueRun {
  const { asTheyAre, shift, rotation, shrunk, enlarged } = { ...numbersOfWrong, ...wrong };
  const run = data.runs.find((other) => other.technique === technique) as TechniqueRun;
  return {
    ...run,
    seed,
    robustness: {
      digits: 1000,
      shift: { amounts: [0, 4], wrong: [asTheyAre, shift] },
      rotation: { amounts: [0, 30], wrong: [asTheyAre, rotation] },
      zoom: { amounts: [0.7, 1, 1.3], wrong: [shrunk, asTheyAre, enlarged] },
    },
  };
}

function findings(runs: readonly TechniqueRun[], lang: Language = "en"): string {
  const text = texts[lang];
  const summaries = summarize({ ...data, runs });
  return robustnessFindings({ summaries, text, numbers: numbersIn(lang, text) })
    .join(" ")
    .replace(/\u00a0/g, " ");
}

describe("what the report says of distorted digits", () => {
  it("is what a shift does to the base network, where that is clear", () => {
    expect(findings([runOf("base", { asTheyAre: 13, shift: 372 })])).toBe(
      "Shifting the digits by 4 pixels raises the base network’s errors from 1.3% to 37.2%: its convolutions look " +
        "for the same strokes everywhere, but its dense layers decide by where they find them.",
    );
    expect(findings([runOf("base", { asTheyAre: 13, shift: 24 })])).toBe("");
    expect(findings([runOf("base", { asTheyAre: 300, shift: 13 })])).toBe("");
    expect(findings([runOf("dropout", { asTheyAre: 13, shift: 372 })])).toBe("");
  });

  it("names the technique that is ahead of every other, only on the changes where it is", () => {
    const runs = [
      runOf("batchnorm", { shift: 361, rotation: 157, shrunk: 64 }),
      runOf("dropout", { shift: 409, rotation: 152, shrunk: 64 }),
      runOf("augmentation", { shift: 36, rotation: 55, shrunk: 51 }),
    ];
    expect(findings(runs)).toBe(
      "The network trained with data augmentation makes the fewest errors on digits shifted by 4 px (3.6%; next: BatchNorm, 36.1%) " +
        "and rotated by 30° (5.5%; next: Dropout, 15.2%). It is the only one of these networks that was trained on altered digits.",
    );
    expect(findings(runs, "es")).toContain(
      "es la que menos falla en dígitos desplazados 4 px (3,6 %; siguiente: BatchNorm, 36,1 %) y girados 30° (5,5 %; siguiente: Dropout, 15,2 %).",
    );
  });

  it("credits altered training digits to no technique that had none, and not where several had", () => {
    const altered = "trained on altered digits";
    expect(findings([runOf("batchnorm", { shift: 40 }), runOf("dropout", { shift: 400 })])).not.toContain(
      altered,
    );
    const other = { ...runOf("dropout", { shift: 400 }), augmented: runOf("augmentation").augmented };
    const both = findings([runOf("augmentation", { shift: 40 }), other]);
    expect(both).toContain("data augmentation makes the fewest errors");
    expect(both).not.toContain(altered);
  });

  it("names none where the lead can be chance, or depends on the seed", () => {
    expect(findings([runOf("augmentation", { shift: 100 }), runOf("dropout", { shift: 120 })])).toBe("");
    const dropout = [runOf("dropout", { shift: 400 }, 1), runOf("dropout", { shift: 380 }, 2)];
    const ahead = [runOf("augmentation", { shift: 30 }, 1), runOf("augmentation", { shift: 50 }, 2)];
    const oneAhead = [runOf("augmentation", { shift: 30 }, 1), runOf("augmentation", { shift: 390 }, 2)];
    expect(findings([...ahead, ...dropout])).toContain("shifted by 4 px (4.0%; next: Dropout, 39.0%)");
    expect(findings([...oneAhead, ...dropout])).toBe("");
  });

  it("compares with nothing where there is one technique, and says nothing where none was measured", () => {
    expect(findings([runOf("augmentation", { shift: 30 })])).toBe("");
    expect(findings([{ ...runOf("base"), robustness: undefined }])).toBe("");
  });
});

describe("the report of distorted digits", () => {
  it.each<Language>(["en", "es"])(
    "has the figure, its numbers, and how it was measured (%s)",
    async (lang) => {
      const runs = [runOf("base", { shift: 372 }), runOf("augmentation", { shift: 36 })];
      const page = await renderReport({ ...data, runs }, { lang });
      const text = texts[lang];
      const section = page.slice(
        page.indexOf('<section id="robustness">'),
        page.indexOf('<section id="techniques">'),
      );
      expect(page).toContain('<a href="#robustness">');
      expect(section).toContain('id="figure-robustness"');
      const numbers = numbersIn(lang, text);
      expect(section).toContain(
        `<th scope="row">${text.robustness.change("shift", "4", true)}</th><td>${numbers.percent(0.628, 1)}</td><td>${numbers.percent(0.964, 1)}</td>`,
      );
      expect(section).toContain(lang === "en" ? "measured after training" : "se mide después de entrenar");
      expect(section).toContain(
        lang === "en"
          ? "1000 of the 10,000 test digits, spread evenly"
          : "1000 de los 10.000 dígitos de test",
      );
    },
  );

  it("is left out, and the rest still there, where no run was measured", async () => {
    const runs = data.runs.map((run) => ({ ...run, robustness: undefined }));
    const page = await renderReport({ ...data, runs }, { lang: "en" });
    expect(page).not.toContain("robustness");
    expect(page).toContain('<section id="techniques">');
    const figures = await renderFigures({ ...data, runs }, "en");
    expect(figures.map(({ name }) => name)).not.toContain("robustness");
  });

  it("shows the techniques that were measured beside some that were not", async () => {
    const runs = [runOf("base"), { ...runOf("dropout"), robustness: undefined }];
    const figure = (await renderFigures({ ...data, runs }, "en")).find(({ name }) => name === "robustness");
    expect(figure?.svg).toContain("Base network · shifted by 4 px&#xA;99.0% right, 10 of 1000 wrong");
    expect(figure?.svg).not.toContain("Dropout");
    expect(figure?.svg).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("refuses curves that do not fit together, saying what is wrong", async () => {
    const run = runOf("base");
    const robustness = run.robustness && { ...run.robustness, zoom: { amounts: [1], wrong: [] } };
    await expect(renderReport({ ...data, runs: [{ ...run, robustness }] }, { lang: "en" })).rejects.toThrow(
      /base, seed 1: its zoom curve has 1 amounts and 0 counts/,
    );
  });
});
