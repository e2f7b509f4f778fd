import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { loadModel, nodeRuntime, TrainingInterrupted } from "trazo";
import { beforeAll, describe, expect, it } from "vitest";
import { drawShapes } from "../../../bench/pictures/shapes.js";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { inspectPictures, proposeSettings, type Run, splitPictures, trainPictures } from "../src/index.js";

const { path } = temporaryFolder();
/** MobileNet as Keras Applications has it, made narrow. */
const pretrained = fileURLToPath(
  new URL("../../trazo/test/fixtures/keras/applications/MobileNet-no-top.keras", import.meta.url),
);

beforeAll(() => drawShapes(path("shapes"), { perClass: 10, side: 40, classes: ["ring", "star"] }));

async function train(run: string, headOnly: boolean, epochs: number, stopAfter?: number): Promise<Run> {
  const inspection = await inspectPictures(path("shapes"));
  const split = splitPictures(inspection, 1);
  const { settings } = proposeSettings(inspection, split, { from: pretrained, headOnly, shape: [32, 32, 3] });
  const controller = new AbortController();
  const watch = setInterval(() => {
    if (stopAfter !== undefined && epochsIn(run) >= stopAfter) controller.abort();
  }, 1);
  try {
    return await trainPictures({
      inspection,
      split,
      settings,
      config: {
        technique: "head",
        seed: 3,
        epochs,
        batchSize: 4,
        data: "shapes",
        images: { train: split.train.length, validation: split.validation.length, test: split.test.length },
        monitor: "val_loss",
        software: ["trazo"],
        machine: "any",
        started: "2026-01-01T00:00:00.000Z",
      },
      folder: path(run),
      runtime: await nodeRuntime({ threads: 1 }),
      verbose: 0,
      signal: () => controller.signal,
    });
  } finally {
    clearInterval(watch);
  }
}

function epochsIn(run: string): number {
  try {
    return readFileSync(path(`${run}/history.jsonl`), "utf8").split("\n").length - 1;
  } catch {
    return 0;
  }
}

/** By the last part of the layer's path: the given layers lie within a model of their own. */
const weightsIn = async (file: string): Promise<Map<string, Float32Array>> =>
  new Map(
    (await loadModel(file, { compile: false }))
      .namedWeights()
      .map(({ layer, name, values }) => [`${layer.split("/").at(-1)}/${name}`, values]),
  );
const weightsOf = (run: string) => weightsIn(path(`${run}/last_model.h5`));

describe("a pretrained network", () => {
  let whole: Run;
  beforeAll(async () => {
    whole = await train("whole", false, 4);
  });

  it("gets a new last layer first, and then trains its upper layers too", async () => {
    expect(whole.history.map(({ epoch }) => epoch)).toEqual([0, 1, 2, 3]);
    expect(whole.result?.epochSeconds).toHaveLength(4);
    expect(whole.history.map(({ lr }) => Number(lr?.toPrecision(3)))).toEqual([0.001, 0.001, 0.0001, 0.0001]);
    await train("head only", true, 4);
    const given = await weightsIn(pretrained);
    const [headOnly, tuned] = [await weightsOf("head only"), await weightsOf("whole")];
    const changed = (weights: typeof given): string[] =>
      [...given].flatMap(([name, values]) =>
        weights.get(name)?.every((value, i) => value === values[i]) ? [] : [name],
      );
    expect(changed(headOnly)).toEqual([]);
    const names = changed(tuned);
    expect(names).toContain("conv_pw_13/kernel");
    expect(names).not.toContain("conv1/kernel");
    expect(names.filter((name) => name.includes("bn"))).toEqual([]);
  });

  it.each([1, 3])("continues to the same bytes when it was interrupted after epoch %i", async (epoch) => {
    const run = `stopped after ${epoch}`;
    await expect(train(run, false, 4, epoch)).rejects.toBeInstanceOf(TrainingInterrupted);
    const { history } = await train(run, false, 4);
    expect(history).toEqual(whole.history);
    expect(await weightsOf(run)).toEqual(await weightsOf("whole"));
  });
});
