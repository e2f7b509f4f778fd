import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  directoryDataset,
  divide,
  imagesFromDirectory,
  layers,
  type Sequential,
  sequential,
} from "../../../src/index.js";
import fixtures from "../../fixtures/directory.json" with { type: "json" };
import { runtime } from "../../model/tiny.js";
import { temporaryFolder } from "../temporary-folder.js";

const folder = temporaryFolder();
const options = { height: 4, width: 5, seed: 3 } as const;

async function fill(root: string): Promise<void> {
  for (const [name, contents] of Object.entries(fixtures.contents)) {
    await mkdir(dirname(folder.path(`${root}/${name}`)), { recursive: true });
    await writeFile(folder.path(`${root}/${name}`), Buffer.from(contents, "base64"));
  }
}

beforeAll(() => fill("animals"));

function network(): Sequential {
  const model = sequential(
    [layers.input({ shape: [4, 5, 3] }), layers.flatten(), layers.dense({ units: 4, activation: "softmax" })],
    { seed: 2, runtime },
  );
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy", metrics: ["accuracy"] });
  return model;
}

describe("directoryDataset", () => {
  it("trains to the very weights of the same pictures in memory", async () => {
    const settings = { batchSize: 4, epochs: 3, verbose: 0, classWeight: { 1: 2 } } as const;
    const held = await imagesFromDirectory(folder.path("animals"), options);
    const model = network();
    const history = await model.fit(divide(held.images, 255), held.labels, {
      ...settings,
      validationData: [divide(held.images, 255), held.labels],
    });
    const read = await directoryDataset(folder.path("animals"), options);
    expect(read.files).toEqual(held.files);
    expect(read.classNames).toEqual(held.classNames);
    expect([...read.classes]).toEqual([...held.labels.data]);
    const same = network();
    expect(await same.fit(read, { ...settings, validationData: read })).toEqual(history);
    expect(same.getWeights()).toEqual(model.getWeights());
    expect(await same.predict(read)).toEqual(await model.predict(divide(held.images, 255)));
    expect(same.preparation).toMatchObject({ divisor: 255 });
  });

  it("gives targets in every mode", async () => {
    const { y } = await directoryDataset(folder.path("animals"), { ...options, labelMode: "categorical" });
    expect(y).toEqual({ dtype: "float32", shape: [4] });
  });

  it("names the picture that can no longer be read", async () => {
    await fill("shrinking");
    const data = await directoryDataset(folder.path("shrinking"), options);
    await rm(folder.path("shrinking/a/nandu.png"));
    await expect(network().fit(data, { verbose: 0 })).rejects.toThrow(/nandu\.png: there is no such file/);
    await writeFile(folder.path("shrinking/a/nandu.png"), "no picture");
    await expect(network().fit(data, { verbose: 0 })).rejects.toThrow(/a\/nandu\.png is not a picture/);
  });

  it("knows its folder again by the names and sizes of the files", async () => {
    const fingerprint = async (): Promise<string> =>
      (await directoryDataset(folder.path("animals"), options)).fingerprint?.() ?? "";
    const before = await fingerprint();
    expect(await fingerprint()).toBe(before);
    await writeFile(
      folder.path("animals/a/new.png"),
      Buffer.from(fixtures.contents["a/nandu.png"], "base64"),
    );
    expect(await fingerprint()).not.toBe(before);
    await rm(folder.path("animals/a/new.png"));
  });

  it.each<[object, RegExp]>([
    [{ divisor: 0 }, /divisor must be a positive number/],
    [{ onUnreadable: "ignore" }, /onUnreadable must be "throw" or "skip", but got "ignore"/],
    [{ batchSize: 2 }, /directoryDataset has no option "batchSize"/],
  ])("refuses %j", async (wrong, message) => {
    await expect(directoryDataset(folder.path("animals"), { ...options, ...wrong })).rejects.toThrow(message);
  });
});
