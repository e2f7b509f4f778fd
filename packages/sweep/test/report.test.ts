import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import {
  codeVersion,
  parseText,
  planSweep,
  type RunResult,
  type SweepRow,
  sparkline,
  summarizeSweep,
  summaryText,
  writeSweepReport,
} from "../src/index.js";

const { path } = temporaryFolder();

const plan = planSweep(
  parseText(
    `run: { optimizer: sgd }
space:
  optimizer.learningRate: [0.0001, 0.01, 0.1]
  optimizer.momentum: [0, 0.9]
seeds: 4`,
    "sweep.yaml",
  ),
);

/** A result whose accuracy follows from the setting, and a little from the seed. */
function rowOf(setting: (typeof plan.settings)[number], seed: number, index: number): SweepRow {
  const rate = setting.values["optimizer.learningRate"] as number;
  const request = { configuration: setting.configuration, seed, dataDigest: "d", codeVersion, threads: 1 };
  const value = 0.9 + 0.02 * Math.log10(rate * 1e4) + 0.001 * Math.sin(7 * seed + index);
  const hasFailed = rate === 0.1 && setting.values["optimizer.momentum"] === 0.9;
  const result: RunResult = {
    digest: String(index),
    seed,
    status: hasFailed ? "failed" : "finished",
    reason: hasFailed ? "The loss is <NaN> in epoch 1." : undefined,
    epochs: hasFailed ? [] : [{ epoch: 1, metrics: { val_accuracy: value } }],
    monitor: "val_accuracy",
    test: hasFailed ? undefined : { accuracy: value - 0.01, loss: 0.1 },
    times: { began: "2026-01-01T00:00:00.000Z", epochSeconds: [] },
    folder: `runs/${index}`,
  };
  return { index, setting, seed, request, result };
}

const rows = plan.seeds.flatMap((seed, i) =>
  plan.settings.map((setting, k) => rowOf(setting, seed, i * plan.settings.length + k)),
);

describe("a sweep's summary", () => {
  test("puts the best setting first and what failed last, and compares what finished", () => {
    const { settings, comparisons } = summarizeSweep(plan, rows);
    expect(settings[0]?.setting.name).toMatch(/^learningRate=0.1, momentum=0$/);
    expect(settings.at(-1)).toMatchObject({
      finished: 0,
      failures: [{ reason: "The loss is <NaN> in epoch 1." }],
    });
    expect(settings[0]).toMatchObject({ finished: 4, sample: { count: 4 } });
    expect(comparisons).toHaveLength(10);
    const between = (one: string, other: string) =>
      comparisons.find(({ first, second }) => first.startsWith(one) && second.startsWith(other));
    expect(between("learningRate=0.1, momentum=0", "learningRate=0.0001")?.isReal).toBe(true);
    expect(between("learningRate=0.01, ", "learningRate=0.01, ")?.isReal).toBe(false);
  });

  test.each([
    ["en", "Which differences are real", ">real<", "may be luck"],
    ["es", "Qué diferencias son reales", ">real<", "puede ser casualidad"],
  ] as const)("is written as a page with figures and as a CSV file (%s)", async (language, ...texts) => {
    const page = await writeSweepReport(summarizeSweep(plan, rows), path(language), language);
    const html = readFileSync(page, "utf8");
    for (const text of texts) expect(html).toContain(text);
    expect(html).toContain("The loss is &lt;NaN&gt; in epoch 1.");
    expect(html).not.toMatch(/NaN(?!&)|undefined/);
    expect(html.match(/<polyline/g)).toHaveLength(5);
    for (const name of ["parallel", "by-optimizer.learningRate", "by-optimizer.momentum"]) {
      expect(existsSync(path(`${language}/figures/${name}.svg`))).toBe(true);
    }
    const csv = readFileSync(path(`${language}/runs.csv`), "utf8")
      .trim()
      .split("\n");
    expect(csv).toHaveLength(1 + rows.length);
    expect(csv[0]).toBe(
      "setting,optimizer.learningRate,optimizer.momentum,seed,status,epochs,val_accuracy,test_accuracy,test_loss,folder",
    );
  });

  test("has pictures whose numbers are written as the language does, and whose labels do not cover each other", async () => {
    const close = planSweep(
      parseText("space: { optimizer.learningRate: [0.0005, 0.001, 0.002, 0.9] }\nseeds: 2", "sweep.yaml"),
    );
    const summary = summarizeSweep(
      close,
      close.seeds.flatMap((seed) => close.settings.map((setting, i) => rowOf(setting, seed, i))),
    );
    await writeSweepReport(summary, path("cifras"), "es");
    const svg = readFileSync(path("cifras/figures/parallel.svg"), "utf8");
    const labels = [...svg.matchAll(/<text x="[\d.]+" y="([\d.]+)" text-anchor="end"[^>]*>([^<]*)</g)].map(
      ([, y, text]) => ({ y: Number(y), text }),
    );
    expect(labels.slice(0, 4).map(({ text }) => text)).toEqual(["0,0005", "0,001", "0,002", "0,9"]);
    const heights = labels
      .slice(0, 4)
      .map(({ y }) => y)
      .toSorted((a, b) => a - b);
    for (const [i, y] of heights.entries()) {
      if (i > 0) expect(y - (heights[i - 1] as number)).toBeGreaterThanOrEqual(11);
    }
    const scatter = readFileSync(path("cifras/figures/by-optimizer.learningRate.svg"), "utf8");
    expect(scatter).not.toMatch(/>[^<]*\d\.\d+[^<]*<\/text>/);
  });

  test("is shown on a narrow terminal with what a row is about in a line of its own", () => {
    const summary = summarizeSweep(plan, rows);
    const lines = summaryText(summary, "en", 70).split("\n");
    expect(lines.every((line) => line.length <= 70)).toBe(true);
    const [head = "", figures] = lines.slice(lines.indexOf("difference"));
    expect(head).toBe("difference");
    expect(figures).toMatch(/^ {2}seeds +Δ +95% interval +p +verdict$/);
    // Where there is room, nothing is different from what is written to the file.
    expect(summaryText(summary, "en", 200)).toBe(summaryText(summary, "en"));
  });

  test("says that one seed shows no difference", async () => {
    const single = { ...plan, seeds: [42] };
    const summary = summarizeSweep(
      single,
      rows.filter(({ seed }) => seed === 42),
    );
    const html = readFileSync(await writeSweepReport(summary, path("single")), "utf8");
    expect(html).toContain("With one seed per setting no difference can be told from luck");
  });
});

test("a sparkline goes up where things get better", () => {
  expect(sparkline([0.1, 0.5, 0.9], "val_accuracy")).toBe("▁▅█");
  expect(sparkline([0.9, 0.5, 0.1], "val_loss")).toBe("▁▅█");
  expect(sparkline([], "val_loss")).toBe("");
});
