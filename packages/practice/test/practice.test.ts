import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadModel } from "trazo";
import { beforeAll, describe, expect, it } from "vitest";
import { type Finished, trazo, weightsDigest } from "../../cli/test/command.js";
import { writeTinyMnist } from "../../cli/test/tiny-mnist.js";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { bestEpochOf, listRuns } from "../src/runs/run-folder.js";
import { techniques } from "../src/techniques/index.js";

const { path } = temporaryFolder();
let all: Finished;
const practice = (out: string, ...more: string[]): Promise<Finished> =>
  trazo(["practice", "--data", path("tiny"), "--threads", "1", "--epochs", "1", "--out", path(out), ...more]);

beforeAll(async () => {
  await writeTinyMnist(path("tiny"));
  all = await practice("all", "--all", "--seed", "3");
});

describe("trazo practice", () => {
  it("trains every technique, each into a folder of its own", () => {
    expect(all.stderr).toBe("");
    expect(all.code).toBe(0);
    const { runs } = listRuns(path("all"));
    expect(runs.map(({ config }) => config.technique).sort()).toEqual(
      techniques.map(({ name }) => name).sort(),
    );
    // One began after the other, some tenths of a second at least.
    const began = runs.map(({ config }) => Date.parse(config.started)).sort();
    for (const [i, time] of began.slice(1).entries()) expect(time - (began[i] as number)).toBeGreaterThan(20);
    for (const { folder, config, history, result } of runs) {
      expect(readdirSync(folder).sort()).toEqual([
        "best_model.h5",
        "config.json",
        "events",
        "history.csv",
        "history.jsonl",
        "last_model.h5",
        "result.json",
        // What more epochs would resume from.
        ...(["augmentation-tuned", "best"].includes(config.technique) ? [] : ["state"]),
      ]);
      expect(readdirSync(join(folder, "events")).sort()).toEqual(["train", "validation"]);
      expect(config).toMatchObject({ seed: 3, epochs: 1, images: { train: 256, validation: 64, test: 64 } });
      expect(config.software[0]).toMatch(/^trazo \d/);
      expect(history).toHaveLength(1);
      expect(history[0]?.lr, config.technique).toBeGreaterThan(0);
      expect(result?.epochSeconds).toHaveLength(1);
      expect(bestEpochOf({ config, history })).toMatchObject({ epoch: 1, value: history[0]?.val_accuracy });
    }
  });

  it("prints a row for each, with the figures that the runs' folders hold", () => {
    const table = all.stdout.slice(all.stdout.indexOf("technique  "));
    for (const { config, history, result } of listRuns(path("all")).runs) {
      const row = table.split("\n").find((line) => line.startsWith(`${config.technique} `));
      expect(row).toContain(`${(100 * (result?.test.accuracy as number)).toFixed(2)}%`);
      expect(row).toContain(`${(100 * (bestEpochOf({ config, history })?.value as number)).toFixed(2)}%`);
    }
    // The notebook trained on other images: on all of MNIST.
    expect(table).not.toContain("96.93%");
    expect(table.split("\n")[0]).not.toContain("notebook");
  });

  it("trains each against the cell's loss, best against smoothed targets, and says so in its files", async () => {
    for (const { folder, config } of listRuns(path("all")).runs) {
      const model = await loadModel(join(folder, "best_model.h5"));
      const isBest = config.technique === "best";
      expect(model.compiledLoss.getConfig(), config.technique).toMatchObject({
        label_smoothing: isBest ? 0.05 : 0,
      });
      await model.dispose();
    }
  });

  it("writes the report and its figures as SVG and PNG", () => {
    const page = readFileSync(path("all/report.html"), "utf8");
    expect(page).toContain('<html lang="en">');
    for (const { name } of techniques) expect(page).toContain(`id="${name}"`);
    const shown = page.replace(/<script[\s\S]*?<\/script>/g, "");
    expect(shown).not.toMatch(/>[^<>]*\bNaN\b/);
    const figures = readdirSync(path("all/figures"));
    expect(figures).toEqual(
      expect.arrayContaining(["accuracy.svg", "accuracy.png", "kernels-mlp.svg", "weights-l2.png"]),
    );
    expect(figures.filter((name) => name.endsWith(".svg"))).toHaveLength(figures.length / 2);
  });

  it("gives each technique the same weights to the last bit for the same seed", async () => {
    await practice("again", "--all", "--seed", "3");
    for (const { folder, config } of listRuns(path("all")).runs) {
      const again = await weightsDigest(join(path("again"), `${config.technique}-seed3`, "last_model.h5"));
      expect(again, config.technique).toBe(await weightsDigest(join(folder, "last_model.h5")));
    }
  });

  it("takes chosen techniques and several seeds; compares and lists runs afterwards", async () => {
    const { code, stdout } = await practice("some", "--only", "dropout,base", "--seeds", "2");
    expect(code).toBe(0);
    expect(stdout).toContain("[4/4] technique=");
    expect(stdout).toMatch(/^dropout +\d+\.\d\d% ± \d+\.\d\d /m);
    const listed = await trazo(["runs", path("some")]);
    expect(listed.stdout.trimEnd().split("\n")).toHaveLength(4);
    expect(listed.stdout).toMatch(
      /base-seed42 {2}base, seed 42, 1\/1 epochs: val \d+\.\d\d % \(epoch 1\), test \d+\.\d\d %/,
    );
    const compared = await trazo([
      "compare",
      path("some/base-seed43"),
      path("all/l2-seed3"),
      "--data",
      path("tiny"),
      "--out",
      path("two"),
      "--lang",
      "es",
    ]);
    expect(compared).toMatchObject({ code: 0, stderr: "" });
    expect(compared.stdout).toMatch(/^base .*\nl2 /m);
    expect(readFileSync(path("two/report.html"), "utf8")).toContain('<html lang="es">');
  });

  it("refuses what it does not know", async () => {
    expect(await practice("none", "--only", "base", "--all")).toMatchObject({ code: 2 });
    expect((await practice("none", "--only", "base,base")).stderr).toContain("base is listed twice");
    const unknown = await practice("none", "--only", "base,magic");
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('Unknown technique "magic". Known: base, l2');
    const nothing = await trazo(["compare", path("tiny")]);
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toContain("is not the folder of a run");
  });
});
