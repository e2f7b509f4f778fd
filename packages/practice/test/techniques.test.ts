import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { published } from "../src/published.js";
import { readRun, runFiles, writeRunConfig } from "../src/runs/run-folder.js";
import { practiceTechniques, techniques } from "../src/techniques/index.js";

const { path } = temporaryFolder();
const named = (name: string) => {
  const found = techniques.find((technique) => technique.name === name);
  if (!found) throw new Error(`no technique ${name}`);
  return found;
};

describe("the practice's techniques", () => {
  it("are the notebook's cells, all trained as the notebook trains them", () => {
    expect(practiceTechniques.map(({ name }) => name)).toEqual(Object.keys(published));
    for (const technique of practiceTechniques) {
      // Its Adam at 0.001, its ReduceLROnPlateau, its loss, and augmented images to the last epoch.
      expect([technique.optimizer, technique.loss, technique.plainEpochs], technique.name).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  it("augment as the notebook's ImageDataGenerator does, tuned or not", () => {
    for (const name of ["augmentation", "augmentation-tuned"]) {
      const { augmentation } = named(name);
      const image = { dtype: "uint8", shape: [28, 28, 1], data: new Uint8Array(784).fill(7) } as const;
      // Filled with the nearest pixel: a plain picture stays plain.
      expect(new Set(augmentation?.().randomTransform(image, 1).data)).toEqual(new Set([7]));
    }
  });

  it("tuned, lets the rate fall over the whole run and ends on unaltered images", () => {
    const tuned = named("augmentation-tuned");
    expect(tuned.plainEpochs?.(25)).toBe(5);
    expect(tuned.optimizer?.(100).schedule).toBeDefined();
    expect(published[tuned.name]).toBeUndefined();
  });
});

describe("a run of the earlier augmentation, whose learning rate followed a schedule", () => {
  const write = async (name: string, lr: number, technique = "augmentation") => {
    const folder = path(name);
    mkdirSync(folder);
    await writeRunConfig(folder, {
      technique,
      seed: 1,
      epochs: 1,
      batchSize: 128,
      data: "MNIST",
      images: { train: 48_000, validation: 12_000, test: 10_000 },
      software: ["trazo"],
      machine: "any",
      started: "2026-01-01T00:00:00.000Z",
    });
    const logs = { epoch: 0, loss: 1, accuracy: 0.5, val_loss: 1, val_accuracy: 0.5, lr };
    writeFileSync(join(folder, runFiles.history), `${JSON.stringify(logs)}\n`);
    return readRun(folder).config.technique;
  };

  it("is read as what it is, augmentation-tuned, and never compared with the notebook", async () => {
    expect(await write("scheduled", Math.fround(0.0008908))).toBe("augmentation-tuned");
    expect(await write("constant", Math.fround(0.001))).toBe("augmentation");
    expect(await write("another", Math.fround(0.0008908), "best")).toBe("best");
  });
});
