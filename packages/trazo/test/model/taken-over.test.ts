import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { callbacks, layers, sequential } from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { smallData } from "./tiny.js";

const { path } = temporaryFolder();

it("a training whose folder another process has taken over writes nothing more", async () => {
  const [x, y] = smallData(12);
  const model = sequential([
    layers.input({ shape: x.shape.slice(1) }),
    layers.flatten(),
    layers.dense({ units: y.shape[1] as number, activation: "softmax" }),
  ]);
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  const backupDir = path("state");
  const names = ["state/state.bin", "history.csv", "last.h5"];
  const contents = (): string[] => names.map((name) => readFileSync(path(name)).toString("base64"));
  const lock = JSON.stringify({ pid: process.pid, host: hostname(), token: "successor" });
  let before: string[] = [];
  const fitting = model.fit(x, y, {
    epochs: 4,
    verbose: 0,
    backup: { backupDir, deleteCheckpoint: false },
    callbacks: [
      callbacks.csvLogger({ filename: path("history.csv") }),
      callbacks.modelCheckpoint({ filepath: path("last.h5") }),
      {
        // As it is after a machine was suspended for long.
        onEpochBegin: (epoch) => {
          if (epoch !== 2) return;
          before = contents();
          writeFileSync(join(backupDir, ".lock"), lock);
        },
      },
    ],
  });
  await expect(fitting).rejects.toThrow(/was removed, or taken by another process/);
  expect(contents()).toEqual(before);
  expect(readFileSync(join(backupDir, ".lock"), "utf8")).toBe(lock);
});
