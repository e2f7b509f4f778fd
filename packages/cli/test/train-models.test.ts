import { readRun } from "@trazo/practice";
import sharp from "sharp";
import { type CompileOptions, layers, optimizers, schedules, sequential } from "trazo";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { trazo } from "./command.js";
import { relabel, writeTinyMnist } from "./tiny-mnist.js";

const { path } = temporaryFolder();
const data = (name = "tiny"): string[] => ["--data", path(name), "--threads", "1"];

async function saveModel(name: string, compile: Partial<CompileOptions> | undefined, seed = 1, units = 10) {
  const model = sequential(
    [
      layers.input({ shape: [28, 28, 1] }),
      layers.flatten(),
      layers.dense({ units, activation: units === 1 ? "sigmoid" : "softmax" }),
    ],
    { seed },
  );
  if (compile) model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", ...compile });
  model.preparation = { divisor: 255 };
  await model.save(path(name));
}

const train = (name: string, ...more: string[]) =>
  trazo(["train", path(name), ...data(), "--epochs", "2", "--out", path(`${name}-run`), ...more]);

beforeAll(async () => {
  await writeTinyMnist(path("tiny"));
});

describe("trazo train with a model of one's own", () => {
  it.each([
    ["no-metric.h5", {}, "val_loss"],
    ["other-name.h5", { metrics: ["acc"] }, "val_acc"],
    ["UPPER-CASE.H5", { metrics: ["accuracy"] }, "val_accuracy"],
    ["sparse.h5", { loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] }, "val_accuracy"],
    [
      "schedule.h5",
      {
        optimizer: optimizers.adam({
          learningRate: schedules.exponentialDecay({
            initialLearningRate: 0.01,
            decaySteps: 5,
            decayRate: 0.9,
          }),
        }),
        metrics: ["accuracy"],
      },
      "val_accuracy",
    ],
  ] as [string, Partial<CompileOptions>, string][])(
    "keeps the best of %s",
    async (name, compile, monitor) => {
      await saveModel(name, compile);
      const { code, stdout, stderr } = await train(name);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain(`Epoch 1: ${monitor} improved`);
      const { config, history, result } = readRun(path(`${name}-run`));
      expect(config).toMatchObject({ technique: name, monitor });
      expect(history.map(({ lr }) => lr)).toEqual([expect.any(Number), expect.any(Number)]);
      expect(result?.test.loss).toBeGreaterThan(0);
      expect((await trazo(["runs", path(`${name}-run`)])).stdout).toMatch(/2\/2 epochs: val .* \(epoch \d\)/);
    },
  );

  it("refuses one that is not compiled before it writes anything", async () => {
    await saveModel("plain.h5", undefined);
    const { code, stderr } = await train("plain.h5");
    expect(code).toBe(1);
    expect(stderr).toContain("is not compiled");
    expect(() => readRun(path("plain.h5-run"))).toThrow("is not the folder of a run");
  });

  it("does not go on from another model's weights", async () => {
    await saveModel("first/model.h5", { metrics: ["accuracy"] }, 1);
    await saveModel("second/model.h5", { metrics: ["accuracy"] }, 2);
    const out = ["--out", path("shared")];
    expect((await train("first/model.h5", ...out)).code).toBe(0);
    const { code, stderr } = await train("second/model.h5", ...out);
    expect(code).toBe(1);
    expect(stderr).toMatch(/modelDigest: "\w+" then, "\w+" now/);
    const { stdout } = await train("first/model.h5", ...out, "--epochs", "3");
    expect(stdout).toContain("Resuming with epoch 3 of 3");
    expect(stdout).toContain(`npx trazo train ${path("first/model.h5")} --data ${path("tiny")}`);
    expect(stdout).toMatch(/--out \S+shared --epochs 25 /);
  });

  it.each([[[784]], [[28, 28]]])(
    "trains, evaluates and predicts one that reads samples of %j",
    async (shape) => {
      const flat = shape.length > 1 ? [layers.flatten()] : [];
      const model = sequential(
        [layers.input({ shape }), ...flat, layers.dense({ units: 10, activation: "softmax" })],
        { seed: 1 },
      );
      model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
      const name = `rank${shape.length}.h5`;
      await model.save(path(name));
      expect(await train(name, "--epochs", "1")).toMatchObject({ code: 0, stderr: "" });
      const run = path(`${name}-run`);
      expect(readRun(run).config.preparation).toMatchObject({ divisor: 255, ink: "light", fit: "digit" });
      // The best model of the run's folder, which keeps how pictures are prepared.
      const evaluated = await trazo(["evaluate", run, ...data()]);
      expect(evaluated).toMatchObject({ code: 0, stderr: "" });
      expect(evaluated.stdout).toMatch(/test accuracy: \d/);
    },
  );

  it("trains and reads one output as the probability of class 1", async () => {
    await writeTinyMnist(path("two"));
    relabel(path("two"), (label) => label % 2);
    await saveModel("one.h5", { loss: "binaryCrossentropy", metrics: ["accuracy"] }, 1, 1);
    expect(await train("one.h5", ...data("two"))).toMatchObject({ code: 0, stderr: "" });
    const evaluated = await trazo(["evaluate", path("one.h5"), ...data("two"), "--confusion"]);
    expect(evaluated).toMatchObject({ code: 0, stderr: "" });
    const bar = Uint8Array.from({ length: 784 }, (_, i) => (i % 28 > 11 && i % 28 < 16 ? 255 : 0));
    await sharp(bar, { raw: { width: 28, height: 28, channels: 1 } })
      .png()
      .toFile(path("bar.png"));
    const { stdout } = await trazo(["predict", path("one.h5"), path("bar.png"), "--json"]);
    const { guesses } = JSON.parse(stdout) as { guesses: { class: string; probability: number }[] };
    expect(guesses.map((guess) => guess.class).sort()).toEqual(["0", "1"]);
    expect((guesses[0]?.probability ?? 0) + (guesses[1]?.probability ?? 0)).toBeCloseTo(1, 6);
  });
});
