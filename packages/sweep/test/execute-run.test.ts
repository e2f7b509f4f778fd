import { mkdirSync, readFileSync, rmdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { weightsDigest } from "../../cli/test/command.js";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import {
  checkConfiguration,
  codeVersion,
  dataDigest,
  executeRun,
  loadData,
  parseText,
  type RunEvent,
  type RunRequest,
  requestDigest,
} from "../src/index.js";

const { path } = temporaryFolder();
const data = { source: "mnist", train: 200, test: 100 };
const images = loadData(data);

const small = `
data: { train: 200, test: 100 }
network:
  - { type: averagePooling2d, poolSize: 4 }
  - flatten
  - { type: dense, units: 16, activation: relu, kernelInitializer: heNormal, kernelRegularizer: { type: l2, l2: 1e-4 } }
  - { type: dropout, rate: 0.1 }
  - { type: dense, units: 10, activation: softmax }
optimizer:
  type: sgd
  momentum: 0.9
  learningRate: { type: cosineDecay, initialLearningRate: 0.1, decaySteps: 100% }
loss: sparseCategoricalCrossentropy
augmentation: { rotationRange: 10 }
earlyStopping: { patience: 5 }
epochs: 3
batchSize: 32
`;

async function requestOf(text = small): Promise<RunRequest> {
  const { configuration } = checkConfiguration(parseText(text, "run.yaml"));
  return { configuration, seed: 7, dataDigest: dataDigest(await images), codeVersion, threads: 1 };
}

describe("executeRun", () => {
  test.each([
    ["layers with a schedule and augmentation", small],
    ["a technique", "data: { train: 200, test: 100 }\ntechnique: mlp\nepochs: 3\nbatchSize: 32"],
  ])("%s: a run that pauses ends with the bytes of one that did not", async (name, text) => {
    const request = await requestOf(text);
    const events: RunEvent[] = [];
    const whole = await executeRun(request, {
      folder: path(`${name}, whole`),
      onProgress: (event) => events.push(event),
    });
    expect(whole).toMatchObject({ digest: requestDigest(request), status: "finished", seed: 7 });
    expect(whole.epochs.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(events.map(({ type }) => type)).toEqual(["began", "epoch", "epoch", "epoch"]);

    const folder = path(`${name}, paused`);
    const paused = await executeRun(request, { folder, until: 1 });
    expect(paused).toMatchObject({ status: "paused", test: undefined, epochs: [{ epoch: 1 }] });
    expect(await executeRun(request, { folder, until: 1 })).toEqual(paused);
    const resumed = await executeRun(request, { folder });
    const again = await executeRun(request, { folder });
    for (const result of [resumed, again]) {
      expect(result).toMatchObject({ status: "finished", best: whole.best, test: whole.test });
      expect(result.epochs).toEqual(whole.epochs);
    }
    const [one, other] = await Promise.all(
      [resumed, whole].map(({ model }) => weightsDigest(model as string)),
    );
    expect(one).toBe(other);
  });

  test("stops where the signal says so, and resumes", async () => {
    const request = await requestOf();
    const controller = new AbortController();
    const folder = path("interrupted");
    const options = { folder, onProgress: () => controller.abort(), signal: controller.signal };
    expect(await executeRun(request, options)).toMatchObject({ status: "interrupted" });
    expect(await executeRun(request, { folder })).toMatchObject({ status: "finished" });
  });

  test("says of a network that cannot be made why the run failed, and writes no half of it", async () => {
    const request = await requestOf(
      "network: [{type: conv2d, filters: 2, kernelSize: 60}, flatten, {type: dense, units: 10}]",
    );
    const result = await executeRun(request, { folder: path("failed"), images: () => images });
    expect(result).toMatchObject({ status: "failed", epochs: [] });
    expect(result.reason).toMatch(/kernel|window|size/i);
  });

  test("remembers that a run failed, and tries it again only where that is asked for", async () => {
    const request = await requestOf(
      "network: [{type: conv2d, filters: 2, kernelSize: 60}, flatten, {type: dense, units: 10}]",
    );
    const folder = path("failed before");
    let loads = 0;
    const load = () => {
      loads++;
      return images;
    };
    const { reason } = await executeRun(request, { folder, images: load });
    const again = await executeRun(request, { folder, images: load });
    expect(again).toMatchObject({ status: "failed", reason });
    expect(loads).toBe(1);
    await executeRun(request, { folder, images: load, retryFailed: true });
    expect(loads).toBe(2);
    // Another request in the same folder has not failed.
    const other = { ...request, seed: 8 };
    await executeRun(other, { folder, images: load });
    expect(loads).toBe(3);
  });

  test("has not failed itself where its files cannot be written: it goes on once they can", async () => {
    const request = await requestOf();
    const folder = path("no room");
    // As a full disk does, this refuses the model of the first epoch.
    const onProgress = () => mkdirSync(join(folder, "best_model.h5"), { recursive: true });
    await expect(executeRun(request, { folder, onProgress })).rejects.toThrow(
      /best_model\.h5 could not be written: it is a folder/,
    );
    rmdirSync(join(folder, "best_model.h5"));
    expect(await executeRun(request, { folder })).toMatchObject({ status: "finished" });
  });

  test("refuses images and code that are not those of the request", async () => {
    const request = await requestOf();
    const other = { ...request, dataDigest: "0123456789abcdef" };
    await expect(executeRun(other, { folder: path("other") })).rejects.toThrow(
      /not the images that the run is for/,
    );
    const old = { ...request, codeVersion: "trazo 0.0.1" };
    await expect(executeRun(old, { folder: path("other") })).rejects.toThrow(/Install the same version/);
  });

  test("keeps the request in its folder", async () => {
    const request = await requestOf();
    await executeRun(request, { folder: path("kept"), until: 1 });
    expect(JSON.parse(readFileSync(path("kept/request.json"), "utf8"))).toEqual(request);
  });
});

describe("a request's digest", () => {
  test("is of what decides the outcome: neither the order of keys nor where the images lie", async () => {
    const request = await requestOf();
    const { configuration, ...rest } = request;
    const turned = Object.fromEntries(Object.entries(configuration).reverse()) as typeof configuration;
    expect(requestDigest({ configuration: turned, ...rest })).toBe(requestDigest(request));
    const elsewhere = { ...configuration, data: { ...configuration.data, source: "/elsewhere" } };
    expect(requestDigest({ ...request, configuration: elsewhere })).toBe(requestDigest(request));
    for (const change of [{ seed: 8 }, { threads: 2 }, { dataDigest: "0" }, { codeVersion: "trazo 9" }]) {
      expect(requestDigest({ ...request, ...change })).not.toBe(requestDigest(request));
    }
  });
});
