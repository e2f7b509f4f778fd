import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import sharp from "sharp";
import { loadMnist, loadModel, openClassifier, sliceRows } from "trazo";
import { beforeAll, describe, expect, it } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { compiledNetwork } from "../../trazo/test/formats/practice-network.js";
import { type Finished, trazo } from "./command.js";
import { relabel, writeTinyMnist } from "./tiny-mnist.js";

const { path } = temporaryFolder();
const { test } = await loadMnist();
const data = (): string[] => ["--data", path("tiny"), "--threads", "1"];
const words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

beforeAll(async () => {
  await writeTinyMnist(path("tiny"));
  const model = compiledNetwork("batchnorm");
  model.preparation = { divisor: 255, fit: "digit" };
  await model.save(path("model.h5"));
});

async function scores(file: string): Promise<string> {
  const { code, stdout, stderr } = await trazo(["evaluate", path(file), ...data()]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return stdout;
}

function expectFailure({ code, stdout, stderr }: Finished, ...parts: readonly string[]): void {
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toMatch(/^trazo: /);
  expect(stderr).not.toMatch(/\n\s+at /);
  for (const part of parts) expect(stderr).toContain(part);
}

describe("trazo export", () => {
  it("writes every format beside the model, and all score the same", async () => {
    const expected = await scores("model.h5");
    for (const format of ["onnx", "keras"]) {
      const { code, stdout, stderr } = await trazo(["export", path("model.h5"), "--to", format]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toMatch(/model\.h5 -> .*model\.(onnx|keras) \(0\.0\d MB\)\n$/);
      expect(await scores(`model.${format}`)).toBe(expected);
    }
    await trazo(["export", path("model.keras"), "--to", "h5", "--out", path("deep/again.h5")]);
    expect(await scores("deep/again.h5")).toBe(expected);
    // The optimizer's state goes along.
    expect((await loadModel(path("deep/again.h5"))).optimizer.className).toBe("Adam");
  });

  it("writes bytes in, channels first, named classes, over an older file", async () => {
    writeFileSync(path("bytes.onnx"), "an older file");
    const { code } = await trazo([
      ...["export", path("model.h5"), "--to", "onnx", "--out", path("bytes.onnx")],
      ...["--input", "uint8", "--layout", "nchw", "--classes", words.join(",")],
    ]);
    expect(code).toBe(0);
    const summary = (await trazo(["summary", path("bytes.onnx")])).stdout;
    expect(summary).toContain(
      "input   images: uint8 [batch, 1, 28, 28]\noutput  probabilities: float32 [batch, 10]",
    );
    expect(summary).toMatch(/made by trazo \d+\.\d+\.\d+, opset 17, IR version 8/);
    expect(summary).toMatch(/^Conv \(.*\) +\[batch, 2, 24, 24\]$/m);
    expect(summary).toMatch(/^Operators: .*3 Gemm.*2 Conv/m);
    expect(summary).toMatch(/^Initializers: \d+, 99\d values, \d,\d{3} bytes$/m);
    expect(summary).toContain(`Metadata, classes: ${JSON.stringify(words)}`);
    const classifier = await openClassifier(path("bytes.onnx"));
    expect(classifier.classes).toEqual(words);
    const { data: ours } = await classifier.classify(sliceRows(test.images, 0, 3));
    const theirs = (await openClassifier(path("model.h5"))).classify(sliceRows(test.images, 0, 3));
    for (const [i, value] of (await theirs).data.entries()) expect(ours[i]).toBeCloseTo(value, 5);
  });

  it("gives names to what is seen", async () => {
    const digit = { raw: { width: 28, height: 28, channels: 1 as const } };
    await sharp(Buffer.from(test.images.data.slice(0, 784)), digit)
      .png()
      .toFile(path("seven.png"));
    await trazo([
      "export",
      path("model.h5"),
      "--to",
      "onnx",
      "--out",
      path("named.onnx"),
      "--classes",
      words.join(),
    ]);
    const { stdout } = await trazo(["predict", path("named.onnx"), path("seven.png"), "--json"]);
    const { guesses } = JSON.parse(stdout);
    expect(guesses).toHaveLength(10);
    for (const guess of guesses) expect(guess.class).toBe(words[guess.label]);
    const plain = await trazo(["predict", path("named.onnx"), path("seven.png")]);
    expect(plain.stdout).toMatch(new RegExp(`seven\\.png: (${words.join("|")}) \\(`));
  });

  it.each(["dynamic", "static"])("quantizes (%s), and says what it costs", async (how) => {
    const out = path(`${how}.onnx`);
    const { code, stdout } = await trazo([
      ...["export", path("model.h5"), "--to", "onnx", "--quantize", how, "--out", out],
      ...data(),
    ]);
    expect(code).toBe(0);
    const [, before, after, change, direction] =
      /test accuracy: (\S+) % before, (\S+) % after, (\S+) points (lost|gained) on 64 images/.exec(stdout) ??
      [];
    const lost = direction === "gained" ? -Number(change) : Number(change);
    expect(Number(before) - Number(after)).toBeCloseTo(lost, 1);
    expect(await scores("model.h5")).toContain(`accuracy: ${(Number(before) / 100).toFixed(3)}`);
    expect(await scores(`${how}.onnx`)).toContain(`accuracy: ${(Number(after) / 100).toFixed(3)}`);
    expect(stdout).toContain(`(${(statSync(out).size / 1e6).toFixed(2)} MB)`);
  });

  it("refuses with a reason, and leaves what is there", async () => {
    writeFileSync(path("kept.onnx"), "kept");
    const model = path("model.h5");
    const onnx = ["export", model, "--to", "onnx", "--out", path("kept.onnx")];
    await trazo(["export", model, "--to", "onnx", "--out", path("source.onnx")]);
    const refusals: readonly [args: readonly string[], reason: string][] = [
      [["export", path("source.onnx"), "--to", "keras"], "holds operators, not layers"],
      [["export", model, "--to", "h5"], "overwritten by its own export"],
      [[...onnx, "--classes", "a,b"], "classes needs a name for each output"],
      [[...onnx, "--quantize", "static", "--data", path("nowhere")], path("nowhere")],
      [["export", path("none.h5"), "--to", "onnx"], "there is no such file"],
    ];
    const ended = await Promise.all(refusals.map(([args]) => trazo(args)));
    for (const [i, [, reason]] of refusals.entries()) expectFailure(ended[i] as Finished, reason);
    expect(readFileSync(path("kept.onnx"), "utf8")).toBe("kept");
    expect(existsSync(path("source.keras"))).toBe(false);
  });

  it.each([
    [["export", "--to", "tflite"], "Allowed choices are onnx, h5, keras"],
    [["export", "--to", "keras", "--quantize", "static"], "--quantize is for --to onnx"],
    [["export", "--to", "keras", "--input", "uint8"], "--input is for --to onnx"],
    [["export", "--to", "onnx", "--out", "x.h5"], "ends in .onnx"],
    [["export", "--to", "onnx", "--data", "anywhere"], "--data is for --quantize"],
    [["export", "--to", "onnx", "--images", "anywhere"], "--images is for --quantize"],
    [
      ["export", "--to", "onnx", "--quantize", "static", "--data", "here", "--images", "there"],
      "--data is for IDX files, --images for a folder of pictures.",
    ],
  ])("ends with 2 for options that do not go together: %j", async (args, reason) => {
    const { code, stderr } = await trazo([...args, path("model.h5")]);
    expect(code).toBe(2);
    expect(stderr).toContain(reason);
    expect(stderr).toContain("--help");
    expect(existsSync("x.h5")).toBe(false);
  });
});

describe("trazo evaluate", () => {
  it("shows the confusion of an ONNX file", async () => {
    await trazo(["export", path("model.h5"), "--to", "onnx", "--out", path("confused.onnx")]);
    const { stdout } = await trazo(["evaluate", path("confused.onnx"), "--confusion", ...data()]);
    expect(stdout).toBe((await trazo(["evaluate", path("model.h5"), "--confusion", ...data()])).stdout);
    expect(stdout).toContain("true\\pred");
  });

  it("notes what it had to assume about a file from elsewhere", async () => {
    const file = new URL("../../trazo/test/fixtures/onnx/pytorch.onnx", import.meta.url).pathname;
    const { code, stdout, stderr } = await trazo(["evaluate", file, ...data()]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^test loss: \d\.\d{5}\ntest accuracy: \d\.\d{5}\n$/);
    expect(stderr).toMatch(
      /^Note: The file does not say how pixels are scaled.*\nNote: The outputs are not probab.*\n$/,
    );
  });

  it("does not pretend to run an ONNX file in batches of another size", async () => {
    const { code, stderr } = await trazo(["evaluate", path("any.onnx"), "--batch-size", "7"]);
    expect(code).toBe(2);
    expect(stderr).toContain("--batch-size is for .keras and .h5 models");
  });

  it("says when the classes do not fit the data", async () => {
    const small = path("small");
    await writeTinyMnist(small, 40, 10);
    relabel(small, (label) => label + 2);
    await trazo(["export", path("model.h5"), "--to", "onnx", "--out", path("ten.onnx")]);
    expectFailure(
      await trazo(["evaluate", path("model.h5"), "--data", small]),
      "the data has 12 classes, the network 10",
    );
    expectFailure(
      await trazo(["evaluate", path("ten.onnx"), "--data", small]),
      "The model knows 10 classes, but the data have 12.",
    );
  });

  it("evaluates on a set of fewer classes than the network knows", async () => {
    const few = path("few");
    await writeTinyMnist(few, 40, 10);
    relabel(few, (label) => label % 3);
    for (const file of ["model.h5", "ten.onnx"]) {
      const { code, stdout } = await trazo(["evaluate", path(file), "--data", few, "--confusion"]);
      expect({ file, code }).toEqual({ file, code: 0 });
      expect(stdout).toMatch(/test accuracy: \d/);
    }
  });

  it("says of a file of weights alone that there is no model in it", async () => {
    await compiledNetwork("base").saveWeights(path("alone.weights.h5"));
    const commands = [["evaluate"], ["summary"], ["export", "--to", "onnx"]];
    const ended = await Promise.all(commands.map((command) => trazo([...command, path("alone.weights.h5")])));
    for (const one of ended) expectFailure(one, "holds only weights");
  });
});
