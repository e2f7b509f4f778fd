import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { jsonLinesLogger } from "../../trazo/src/node/callbacks/index.js";
import { play } from "../../trazo/test/callbacks/drive.js";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { readRun, runFiles, writeRunConfig } from "../src/runs/run-folder.js";

const { path } = temporaryFolder();

describe("readRun", () => {
  it("gives the history's numbers as they were logged, also those that are not finite", async () => {
    const folder = path("diverged");
    mkdirSync(folder);
    await writeRunConfig(folder, {
      technique: "base",
      seed: 1,
      epochs: 2,
      batchSize: 128,
      data: "MNIST",
      images: { train: 48_000, validation: 12_000, test: 10_000 },
      software: ["trazo"],
      machine: "any",
      started: "2026-01-01T00:00:00.000Z",
    });
    const epochs = [
      { loss: 0.5, val_loss: Number.POSITIVE_INFINITY },
      { loss: Number.NaN, val_loss: Number.NEGATIVE_INFINITY },
    ];
    await play([jsonLinesLogger({ filename: join(folder, runFiles.history) })], { epochs });
    expect(readRun(folder).history).toEqual(epochs.map((logs, epoch) => ({ epoch, ...logs })));
  });
});
