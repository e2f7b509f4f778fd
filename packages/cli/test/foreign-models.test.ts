import { readFileSync, writeFileSync } from "node:fs";
import sharp from "sharp";
import type { JsonObject } from "trazo";
import { layers, loadMnist, losses, optimizers, type Sequential, sequential } from "trazo";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { withConfig } from "../../trazo/test/formats/with-config.js";
import { runtime } from "../../trazo/test/model/tiny.js";
import { type Finished, trazo } from "./command.js";
import { writeTinyMnist } from "./tiny-mnist.js";

const { path } = temporaryFolder();

/** The same weights each time. */
function network(units: number, activation: "linear" | "softmax"): Sequential {
  const model = sequential(
    [layers.input({ shape: [28, 28, 1] }), layers.flatten(), layers.dense({ units, activation })],
    { seed: 4, runtime },
  );
  model.preparation = { divisor: 255, fit: "digit" };
  return model;
}

beforeAll(async () => {
  await writeTinyMnist(path("tiny"), 40, 20);
  const { test } = await loadMnist();
  await sharp(Buffer.from(test.images.data.slice(0, 784)), { raw: { width: 28, height: 28, channels: 1 } })
    .png()
    .toFile(path("seven.png"));
  await network(10, "linear").save(path("logits.keras"));
  await network(1, "linear").save(path("one.keras"));
  const unsaid = network(10, "softmax");
  unsaid.preparation = undefined;
  await unsaid.save(path("unsaid.h5"));
  const softmax = network(10, "softmax");
  await softmax.save(path("softmax.keras"));
  softmax.compile({
    optimizer: optimizers.adam(),
    loss: losses.categoricalCrossentropy(),
    metrics: ["accuracy"],
  });
  await softmax.save(path("compiled.keras"));
  const bytes = withConfig(readFileSync(path("compiled.keras")), (config) => {
    (config.compile_config as JsonObject).optimizer = "muon";
  });
  writeFileSync(path("muon.keras"), bytes);
});

const evaluate = (file: string): Promise<Finished> =>
  trazo(["evaluate", path(file), "--data", path("tiny"), "--threads", "1"]);

const predict = (file: string): Promise<Finished> =>
  trazo(["predict", path(file), path("seven.png"), "--json"]);

describe("a Keras model that gives logits", () => {
  it("is predicted and evaluated as its probabilities, which is noted", async () => {
    const [logits, softmax] = await Promise.all([predict("logits.keras"), predict("softmax.keras")]);
    expect(softmax).toMatchObject({ code: 0, stderr: "" });
    expect(logits.stderr).toMatch(/^Note: The outputs are not probabilities.*\n$/);
    const probabilities = ({ stdout }: Finished): number[] =>
      JSON.parse(stdout).guesses.map(({ probability }: { probability: number }) => probability);
    for (const [i, probability] of probabilities(softmax).entries()) {
      expect(probabilities(logits)[i]).toBeCloseTo(probability, 5);
    }
    const scores = await evaluate("logits.keras");
    expect(scores.stdout).toBe((await evaluate("softmax.keras")).stdout);
    expect(scores.stderr).toContain("Note: The outputs are not probabilities");
  });

  it("is refused when it gives one number only", async () => {
    for (const { code, stderr } of [await predict("one.keras"), await evaluate("one.keras")]) {
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^trazo: .*one\.keras: the model gives \[batch, 1\]; expected .* at least two classes, or one after a sigmoid\.\n$/,
      );
    }
  });
});

describe("a model that does not say how its pictures are prepared", () => {
  it("is predicted and evaluated as is usual, and the notes say what is assumed and how to change it", async () => {
    const { code, stdout, stderr } = await predict("unsaid.h5");
    expect(code).toBe(0);
    expect(stdout).toBe((await predict("softmax.keras")).stdout);
    expect(stderr).toContain("they are taken from 0 to 1");
    expect(stderr).toContain("cropped to the ink and centered");
    expect(stderr).toContain("--fit, --ink or --invert");
    expect((await evaluate("unsaid.h5")).stderr).toContain("they are taken from 0 to 1");
  });

  it("obeys the command line, and export keeps what that says", async () => {
    const said = ["--pixels", "-1..1", "--fit", "stretch", "--ink", "dark"];
    const ask = (file: string, ...more: string[]): Promise<Finished> =>
      trazo(["predict", path(file), path("seven.png"), "--json", ...more]);
    const given = await ask("unsaid.h5", ...said);
    expect(given).toMatchObject({ code: 0, stderr: "" });
    expect(given.stdout).not.toBe((await ask("softmax.keras")).stdout);
    for (const [file, ...more] of [["said.keras"], ["said.onnx", "--input", "uint8"]] as const) {
      const to = file.split(".")[1] ?? "";
      await trazo(["export", path("unsaid.h5"), "--to", to, "--out", path(file), ...said, ...more]);
      const kept = await ask(file);
      expect(kept).toMatchObject({ code: 0, stderr: "" });
      const [first, second] = [given, kept].map(({ stdout }) => JSON.parse(stdout).guesses[0]);
      expect(second.label).toBe(first.label);
      expect(second.probability).toBeCloseTo(first.probability, 5);
    }
  });

  it.each([
    [["--pixels", "0..2"], "Allowed choices are 0..1, 0..255, -1..1"],
    [["--mean", "1,2"], "It must be a number, or three for red, green and blue"],
    [["--std", "0"], "It must be a positive number"],
  ])("ends with 2 for %j", async (options, reason) => {
    const { code, stderr } = await trazo(["predict", path("unsaid.h5"), path("seven.png"), ...options]);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
  });
});

describe("a model compiled with what is not supported", () => {
  it("is predicted, summarized and exported all the same", async () => {
    const ended = await Promise.all([
      predict("muon.keras"),
      trazo(["summary", path("muon.keras")]),
      trazo(["export", path("muon.keras"), "--to", "onnx"]),
    ]);
    for (const { code, stderr } of ended) expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(ended[0].stdout).toBe((await predict("compiled.keras")).stdout);
  });

  it("is evaluated as its probabilities, and the reason is noted", async () => {
    const { code, stdout, stderr } = await evaluate("muon.keras");
    expect(code).toBe(0);
    expect(stdout).toBe((await evaluate("compiled.keras")).stdout);
    expect(stderr).toMatch(
      /^Note: .*muon\.keras: compile_config, optimizer: there is no optimizer "muon".* So loss/,
    );
  });
});
