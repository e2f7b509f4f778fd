import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import { trazo } from "../../../cli/test/command.js";
import { writeTinyMnist } from "../../../cli/test/tiny-mnist.js";
import { loadMnist, quantizeOnnx } from "../../src/index.js";
import { sliceRows } from "../../src/tensor.js";
import { idxOfBytes } from "../data/idx-bytes.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { kerasFixture } from "../fixtures/keras/keras-fixtures.js";
import { damage } from "./damage.js";
import type { Outcome } from "./damage-runner.js";
import { practiceNetwork } from "./practice-network.js";

const { path } = temporaryFolder();
const secondsForOne = 5;
const secondsToStart = 60;
const megabytes = 1024;

beforeAll(async () => {
  const { test } = await loadMnist();
  const images = idxOfBytes([40, 28, 28], test.images.data.subarray(0, 40 * 784));
  writeFileSync(path("images-idx3-ubyte"), images);
  writeFileSync(path("images-idx3-ubyte.gz"), gzipSync(images));
  const digit = { raw: { width: 28, height: 28, channels: 1 as const } };
  await sharp(Buffer.from(test.images.data.slice(0, 784)), digit)
    .resize(140, 120)
    .png()
    .toFile(path("seven.png"));
  const network = practiceNetwork("batchnorm", 3);
  await network.saveOnnx(path("model.onnx"), { inputDtype: "uint8", classes: [..."abcdefghij"] });
  const calibration = sliceRows(test.images, 0, 20);
  const quantized = await quantizeOnnx(readFileSync(path("model.onnx")), { mode: "static", calibration });
  writeFileSync(path("quantized.onnx"), quantized);
});

/** Opens damaged copies in a process of its own, which has so long for each and no longer. */
async function openDamaged(kind: string, file: string, count: number): Promise<Outcome[]> {
  const runner = fileURLToPath(new URL("damage-runner.ts", import.meta.url));
  const folder = path(`${kind}-${count}`);
  mkdirSync(folder, { recursive: true });
  const child = spawn(process.execPath, ["--import", "tsx", runner, kind, file, `${count}`, folder], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let complaints = "";
  child.stderr.on("data", (text) => {
    complaints += text;
  });
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  const outcomes: Outcome[] = [];
  let hangs = false;
  const watchFor = (seconds: number) =>
    setTimeout(() => {
      hangs = true;
      child.kill("SIGKILL");
    }, seconds * 1000);
  let watch = watchFor(secondsToStart);
  for await (const line of createInterface(child.stdout)) {
    clearTimeout(watch);
    outcomes.push(JSON.parse(line) as Outcome);
    watch = watchFor(secondsForOne);
  }
  clearTimeout(watch);
  const code = await ended;
  expect(hangs, `hangs: ${damage(readFileSync(file), outcomes.length).how}`).toBe(false);
  expect(complaints).toBe("");
  expect(code).toBe(0);
  return outcomes;
}

const onnxFixture = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/onnx/${name}`, import.meta.url));
const saved = (name: string): string => kerasFixture(`saved/${name}`);

describe("a damaged file is refused clearly, or says what it said before:", () => {
  it.each<readonly [what: string, count: number, kind: string, file: () => string]>([
    ["a .h5 model of Keras 3", 400, "model", () => saved("keras3-batchnorm.h5")],
    ["a .h5 model of Keras 2", 350, "model", () => saved("tf_keras-base.h5")],
    ["a .weights.h5 file", 250, "weights", () => saved("keras3-base.weights.h5")],
    ["a legacy file of weights", 150, "weights", () => saved("keras2-base-legacy-weights.h5")],
    ["a .keras model", 450, "model", () => saved("keras3-l2.keras")],
    ["an .onnx file", 450, "classifier", () => path("model.onnx")],
    ["an .onnx file whose graph alone is damaged", 450, "graph", () => path("model.onnx")],
    ["a quantized .onnx file", 200, "graph", () => path("quantized.onnx")],
    ["an .onnx file of PyTorch's", 300, "graph", () => onnxFixture("pytorch.onnx")],
    ["an IDX file", 200, "idx", () => path("images-idx3-ubyte")],
    ["a compressed IDX file", 201, "idx", () => path("images-idx3-ubyte.gz")],
    ["a PNG picture", 300, "picture", () => path("seven.png")],
  ])("%s, %i times in one process", async (_, count, kind, file) => {
    const outcomes = await openDamaged(kind, file(), count);
    expect(outcomes).toHaveLength(count);
    const failures = outcomes.filter(({ outcome }) => outcome !== "refused" && outcome !== "loaded");
    expect(failures).toEqual([]);
    // Of what was cut nothing is left to load; and some damage is always found.
    expect(outcomes.filter(({ outcome }) => outcome === "refused").length).toBeGreaterThan(count / 3 - 1);
    expect(Math.max(...outcomes.map(({ milliseconds }) => milliseconds))).toBeLessThan(secondsForOne * 1000);
    expect(Math.max(...outcomes.map(({ maxRssMegabytes }) => maxRssMegabytes))).toBeLessThan(megabytes);
  });
});

describe("the command line ends with 1 and no stack trace for", () => {
  it.each([
    ["keras3-batchnorm.h5", 3],
    ["tf_keras-base.h5", 6],
    ["keras3-base.keras", 1],
    ["keras3-base.keras", 2],
  ])("%s, damage %i", async (name, seed) => {
    const file = path(`${seed}-${name}`);
    writeFileSync(file, damage(readFileSync(saved(name)), seed).bytes);
    const { code, stdout, stderr } = await trazo(["evaluate", file]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^trazo: /);
    expect(stderr).toContain(file);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it.each([0, 1, 2])("an .onnx file, damage %i", async (seed) => {
    const file = path(`${seed}.onnx`);
    // Only the beginning: the graph.
    const whole = readFileSync(path("model.onnx"));
    writeFileSync(file, Buffer.concat([damage(whole.subarray(0, 900), seed).bytes, whole.subarray(900)]));
    for (const command of ["evaluate", "summary"]) {
      const { code, stdout, stderr } = await trazo([command, file]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
      expect(stderr).toContain(`trazo: ${file}: `);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });

  it("a damaged picture, and damaged images of a data set", async () => {
    const model = saved("tf_keras-base.h5");
    writeFileSync(path("cut.png"), damage(readFileSync(path("seven.png")), 0).bytes);
    const predicted = await trazo(["predict", model, path("cut.png")]);
    await writeTinyMnist(path("data"));
    const images = join(path("data"), "t10k-images-idx3-ubyte");
    copyFileSync(images, path("whole"));
    writeFileSync(images, damage(readFileSync(path("whole")), 0).bytes);
    const evaluated = await trazo(["evaluate", model, "--data", path("data")]);
    for (const [{ code, stderr }, file] of [
      [predicted, path("cut.png")] as const,
      [evaluated, images] as const,
    ]) {
      expect(code).toBe(1);
      expect(stderr).toContain(file);
      expect(stderr).not.toMatch(/\n\s+at /);
    }
  });
});
