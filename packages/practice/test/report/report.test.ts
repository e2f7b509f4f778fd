import { layers, sequential, TrazoError } from "trazo";
import { beforeAll, describe, expect, it } from "vitest";
import { dateIn, timesIn } from "../../src/report/dates.js";
import {
  figurePng,
  type Language,
  type ReportData,
  renderFigures,
  renderReport,
  type TechniqueRun,
  weightHistogram,
} from "../../src/report/index.js";
import { numbersIn } from "../../src/report/numbers.js";
import { stages } from "../../src/report/page/network.js";
import { commonestMistakes, curve, summarize } from "../../src/report/summary.js";
import { texts } from "../../src/report/text/index.js";
import { base as baseTechnique } from "../../src/techniques/base.js";
import { sampleReport } from "./sample.js";

let data: ReportData;
let base: TechniqueRun;

beforeAll(async () => {
  data = await sampleReport({ seeds: 2, epochs: 12 });
  base = data.runs[0] as TechniqueRun;
});

describe("summarize", () => {
  it("takes mean and sample deviation over seeds, and the best epoch's training accuracy", () => {
    const runs = [0.99, 0.992].map((accuracy, i) => ({ ...base, seed: i, test: { loss: 0.03, accuracy } }));
    const [summary] = summarize({ ...data, runs });
    expect(summary?.testAccuracy.mean).toBeCloseTo(0.991, 12);
    expect(summary?.testAccuracy.deviation).toBeCloseTo(Math.SQRT2 * 0.001, 12);
    const best = base.history[base.bestEpoch - 1];
    expect(summary?.trainAccuracy.mean).toBeCloseTo(best?.accuracy ?? 0, 12);
  });

  it("gives no deviation of a single run", () => {
    expect(summarize({ ...data, runs: [base] })[0]?.testAccuracy.deviation).toBeUndefined();
  });

  it("compares with the notebook at an epoch that both have", () => {
    const short = { ...base, history: base.history.slice(0, 5), bestEpoch: 1 };
    const reached = Math.max(...short.history.map(({ valAccuracy }) => valAccuracy));
    expect(summarize({ ...data, runs: [short] })[0]?.published).toEqual({
      epoch: 5,
      valAccuracy: 0.98675,
      here: reached,
    });
  });

  it("follows the mean and the range of the seeds", () => {
    const other = {
      ...base,
      history: base.history.map((record) => ({ ...record, valLoss: record.valLoss + 2 })),
    };
    const [first] = curve([base, other], "valLoss");
    const low = base.history[0]?.valLoss ?? 0;
    expect(first).toEqual({ epoch: 1, mean: expect.closeTo(low + 1, 12), low, high: low + 2 });
  });

  it("finds the commonest mistake, and none where all is right", () => {
    const confusion = new Array<number>(100).fill(0);
    confusion[44] = 900;
    expect(commonestMistakes(confusion)).toEqual([]);
    confusion[49] = 3;
    expect(commonestMistakes(confusion)).toEqual([{ actual: 4, predicted: 9, times: 3 }]);
  });
});

describe("weightHistogram", () => {
  it("counts every value once, between minus and plus the largest magnitude", () => {
    const histogram = weightHistogram("dense", Float32Array.of(-2, 2, 0, 0.0005, 1.5), 5);
    expect([histogram.start, histogram.end]).toEqual([-2, 2]);
    expect(histogram.counts).toEqual([1, 0, 2, 0, 2]);
    expect(histogram.nearZero).toBeCloseTo(0.4, 12);
    expect(histogram.mean).toBeCloseTo(0.3001, 6);
  });

  it("takes a layer that is all zero, and refuses one that is not finite", () => {
    expect(weightHistogram("dense", new Float32Array(4), 3).counts).toEqual([0, 4, 0]);
    expect(() => weightHistogram("dense", Float32Array.of(1, Number.NaN))).toThrow(/dense.*NaN/);
  });
});

describe.each<Language>(["en", "es"])("renderReport (%s)", (lang) => {
  let page: string;
  beforeAll(async () => {
    page = await renderReport(data, { lang });
  });

  it("holds all it needs: no address but those of SVG's names and of its own pictures", () => {
    const addresses = [...page.matchAll(/\b(?:src|href|url|srcset|action)\s*[=(]\s*["']?([^"')\s>]+)/g)].map(
      ([, a]) => a ?? "",
    );
    expect(addresses.filter((address) => !/^(data:|#)/.test(address))).toEqual([]);
    const hosts = new Set([...page.matchAll(/https?:\/\/[^/"\s]+/g)].map(([host]) => host));
    expect([...hosts].filter((host) => host !== "http://www.w3.org")).toEqual([]);
  });

  it("has the figures of every technique in its table", () => {
    const text = texts[lang];
    const numbers = numbersIn(lang, text);
    const rows = page.slice(page.indexOf("<tbody>"), page.indexOf("</tbody>")).split("<tr").slice(1);
    for (const [i, summary] of summarize(data).entries()) {
      expect(rows[i]).toContain(text.technique(summary.technique).name);
      expect(rows[i]).toContain(numbers.percentOf(summary.testAccuracy));
      expect(rows[i]).toContain(numbers.percentOf(summary.valAccuracy));
      expect(rows[i]).toContain(numbers.percent(summary.published?.valAccuracy ?? 0));
    }
  });

  it("has no figure that is not a number, and nothing left unsaid", () => {
    expect(page.replace(/<script>.*<\/script>/s, "")).not.toMatch(/NaN|undefined|\[object|Infinity/);
  });

  it("shows data as text, never as markup", async () => {
    const hostile = '<img src=x onerror="alert(1)">';
    const environment = { ...data.environment, command: hostile, machine: hostile };
    const runs = [{ ...base, technique: "a'\"<b>" }];
    const other = await renderReport({ ...data, runs, environment }, { lang });
    expect(other).not.toContain("<img src=x");
    expect(other).not.toContain('<b>"');
    expect(other).toContain("&lt;img src=x");
  });
});

describe("the report", () => {
  it("writes numbers as each language does", () => {
    const write = (lang: Language) => numbersIn(lang, texts[lang]);
    expect(write("en").percent(0.99183)).toBe("99.18%");
    expect(write("es").percent(0.99183).replace(/\s/u, " ")).toBe("99,18 %");
    expect(write("es").count(48000)).toBe("48.000");
    expect(write("en").pointsBetween(0.5, 0.5031)).toBe("−0.31");
    expect(write("en").pointsBetween(0.988449, 0.986751)).toBe("+0.16");
    expect(write("es").factor(0.0001)).toBe("0,0001");
    expect(write("en").duration(119.6)).toBe("2 min 0 s");
  });

  it("writes dates in words, and leaves alone what is no date", () => {
    const [first, last] = ["2026-11-28T11:08:46.414Z", "2026-11-28T11:11:55.021Z"];
    expect(dateIn("es", first)).toBe("28 de noviembre de 2026");
    expect(dateIn("en", first)).toBe("November 28, 2026");
    expect(timesIn("es", first, last)).toMatch(/^28 de noviembre de 2026, \d\d:08\D+\d\d:11 /);
    expect(timesIn("en", first, first)).toMatch(/^November 28, 2026 at \d\d:08 /);
    expect(timesIn("en", first, "yesterday")).toBe(`${first} – yesterday`);
    expect(dateIn("en", "")).toBe("");
  });

  it("names all networks that are best, and says nothing of the last where all are alike", async () => {
    const wrong = (technique: string, count: number): TechniqueRun => {
      const confusion = new Array<number>(100).fill(0);
      [confusion[0], confusion[1]] = [10_000 - count, count];
      return { ...base, technique, confusion, test: { loss: 0.03, accuracy: 1 - count / 10_000 } };
    };
    const lead = async (lang: Language, ...runs: TechniqueRun[]) =>
      /<p class="lead">(.*?)<\/p>/s
        .exec(await renderReport({ ...data, runs }, { lang }))?.[1]
        ?.replace(/\s/g, " ");
    const three = [wrong("base", 90), wrong("l2", 120), wrong("dropout", 90)];
    expect(await lead("en", ...three)).toBe(
      "Of the 3 networks, the base network and the network with dropout do best: 99.10% of the test digits right, " +
        "90 of 10,000 wrong. The network with L2 regularization comes last, with 120 wrong. " +
        "2 of the 3 exceed the 99% that the exercise asks for.",
    );
    expect(await lead("es", ...three.slice(0, 2))).toBe(
      "De las 2 redes, la que mejor lee los dígitos de test es la red base: acierta el 99,10 % y falla 90 de 10.000. " +
        "En último lugar queda la red con regularización L2, con 120 fallos. " +
        "Una de las 2 supera el 99 % que pide el ejercicio.",
    );
    expect(await lead("en", wrong("base", 90), wrong("l2", 90))).toBe(
      "The 2 networks get 99.10% of the test digits right each, and 90 of 10,000 wrong. " +
        "All of them exceed the 99% that the exercise asks for.",
    );
  });

  it("says which techniques differ by more than luck, where several seeds can tell", async () => {
    const runsOf = (technique: string, accuracies: readonly number[]): TechniqueRun[] =>
      accuracies.map((accuracy, seed) => ({ ...base, technique, seed, test: { ...base.test, accuracy } }));
    const runs = [
      ...runsOf("base", [0.98, 0.981, 0.982]),
      ...runsOf("dropout", [0.99, 0.9911, 0.9919]),
      ...runsOf("l2", [0.9801, 0.9809, 0.9822]),
    ];
    const card = async (shown: readonly TechniqueRun[], lang: Language): Promise<string> => {
      const page = await renderReport({ ...data, runs: shown }, { lang });
      const found = /<div class="card" id="differences">.*?<\/table>/s.exec(page)?.[0] ?? "";
      return found.replace(/<[^>]*>/g, " ").replace(/\s+/g, " ");
    };
    const english = await card(runs, "en");
    expect(english).toContain("Which differences are real");
    expect(english).toContain("percentage points");
    expect(english).toMatch(/Dropout − Base network 3 \+1\.00 0\.96 … 1\.04 &lt; 0\.001 real/);
    expect(english).toMatch(
      /L2 regularization − Base network 3 \+0\.01 −0\.\d\d … 0\.\d\d [\d.]+ may be luck/,
    );
    const spanish = await card(runs, "es");
    expect(spanish).toContain("Qué diferencias son reales");
    expect(spanish).toMatch(/\+1,00 0,96 … 1,04 &lt; 0,001 real/);
    // One seed each tells nothing.
    expect(await card([runs[0], runs[3]] as TechniqueRun[], "en")).toBe("");
  });

  it("compares no times, and marks all figures that look equally good", async () => {
    const runs = ["base", "dropout"].map((technique) => ({ ...base, technique }));
    const page = await renderReport({ ...data, runs }, { lang: "en" });
    const rows = page.slice(page.indexOf("<tbody>"), page.indexOf("</tbody>")).split("<tr").slice(1);
    // Test accuracy, test loss and validation accuracy.
    for (const row of rows) expect(row.match(/class="top"/g)).toHaveLength(3);
  });

  it("pictures the base network as it is", async () => {
    const model = (await baseTechnique.network({ seed: 1 })).definition;
    const layersShown = stages.slice(1);
    expect(layersShown.map(({ layer }) => layer)).toEqual(
      model.layers.map(({ layer }) => layer.className).filter((name) => name !== "InputLayer"),
    );
    expect(layersShown.map(({ shape }) => shape)).toEqual(
      model.layers
        .filter(({ layer }) => layer.className !== "InputLayer")
        .map(({ outputShape }) => outputShape.slice(1)),
    );
    const pictured = (runs: TechniqueRun[]) => renderReport({ ...data, runs }, { lang: "en" });
    expect(await pictured([base])).toContain("<b>Average<wbr>Pooling2D</b><small>2×2 · 12×12×6</small>");
    expect(await pictured([{ ...base, technique: "mlp" }])).not.toContain("<b>Average<wbr>Pooling2D</b>");
  });

  it("draws the layers of each network, where they are known", async () => {
    const plots = async (plot: string | undefined): Promise<string[]> => {
      const page = await renderReport({ ...data, runs: [{ ...base, plot }] }, { lang: "es" });
      expect(page.includes(texts.es.layersOfNetwork)).toBe(plot !== undefined);
      const codes = [...page.matchAll(/data:image\/svg\+xml;base64,([^"]+)"/g)].map(([, code = ""]) => code);
      // Once for each language.
      return [...new Set(codes)].map((code) => Buffer.from(code, "base64").toString());
    };
    const plot = await sequential([layers.dense({ units: 10, inputShape: [784] })]).plot();
    expect(await plots(plot)).toEqual([plot]);
    expect(await plots(undefined)).toEqual([]);
  });

  it("draws a single epoch of a single technique without optional pictures", async () => {
    const { technique, seed, test, confusion, history } = base;
    const run = { technique, seed, test, confusion, history: history.slice(0, 1), bestEpoch: 1 };
    const page = await renderReport({ ...data, runs: [run] }, { lang: "en" });
    expect(page).toContain('id="figure-confusion-base"');
    expect(page).not.toContain('id="figure-weights-base"');
    expect(page.replace(/<script>.*<\/script>/s, "")).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("does not call a loss the lowest where losses of other kinds stand beside it", async () => {
    const withLoss = (technique: string, loss: number): TechniqueRun => ({
      ...base,
      technique,
      test: { ...base.test, loss },
    });
    const runs = [
      withLoss("base", 0.251),
      withLoss("dropout", 0.512),
      withLoss("l2", 0.123),
      withLoss("best", 0.0624),
    ];
    const page = await renderReport({ ...data, runs }, { lang: "en" });
    expect(page).toContain('<td class="top">0.251</td>');
    for (const loss of ["0.512", "0.123", "0.0624"]) expect(page).toContain(`<td>${loss}</td>`);
    const smoothed = "is measured against its smoothed targets";
    expect(page).toContain(smoothed);
    expect(await renderReport({ ...data, runs: runs.slice(0, 3) }, { lang: "en" })).not.toContain(smoothed);
  });

  it("refuses data that does not fit together, saying what is wrong", async () => {
    const render = (runs: TechniqueRun[]) => renderReport({ ...data, runs }, { lang: "en" });
    await expect(render([])).rejects.toThrow(TrazoError);
    await expect(render([{ ...base, bestEpoch: 99 }])).rejects.toThrow(/base, seed 1: bestEpoch is 99/);
    await expect(render([{ ...base, confusion: [1, 2] }])).rejects.toThrow(/2 counts; expected 100/);
    const picture = { actual: 1, predicted: 7, probability: 0.9, pixels: new Uint8Array(10) };
    await expect(render([{ ...base, misread: [picture] }])).rejects.toThrow(/10 pixels; expected 784/);
  });
});

describe("renderFigures", () => {
  it("gives each figure as an SVG that sharp can turn into a PNG", async () => {
    const figures = await renderFigures({ ...data, runs: [base] }, "es");
    expect(figures.map(({ name }) => name)).toEqual([
      "comparison",
      "accuracy",
      "loss",
      "robustness",
      "training-base",
      "confusion-base",
      "weights-base",
      "misread-base",
      "kernels-base",
    ]);
    for (const figure of figures) {
      expect(figure.svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
      expect(figure.svg).toContain(figure.title);
      expect(figure.svg).not.toMatch(/var\(--|NaN|undefined/);
      const { default: sharp } = await import("sharp");
      const png = await sharp(await figurePng(figure, 1)).stats();
      // Something is drawn: the picture is not of one color.
      expect(Math.max(...png.channels.map(({ stdev }) => stdev))).toBeGreaterThan(5);
    }
  });

  it("draws the notebook's points where it has published some, and only for epochs trained", async () => {
    const marks = (svg: string) => svg.match(/cuaderno: /g)?.length ?? 0;
    const accuracy = async (runs: TechniqueRun[]) =>
      (await renderFigures({ ...data, runs }, "es")).find(({ name }) => name === "accuracy")?.svg ?? "";
    expect(marks(await accuracy([base]))).toBe(9);
    expect(marks(await accuracy([{ ...base, history: base.history.slice(0, 4), bestEpoch: 4 }]))).toBe(4);
    expect(marks(await accuracy([{ ...base, technique: "mlp" }]))).toBe(0);
  });
});
