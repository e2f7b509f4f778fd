import { mkdirSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../trazo/test/data/temporary-folder.js";
import { arePictureRuns, comparePictureRuns, type Run, readRun } from "../src/index.js";

const { path } = temporaryFolder();

function finished(
  name: string,
  accuracy: number | undefined,
  settings: object,
  testFiles = ["a/1.png"],
): Run {
  const folder = path(name);
  const write = (file: string, content: unknown): void =>
    writeFileSync(`${folder}/${file}`, JSON.stringify(content));
  mkdirSync(folder);
  write("config.json", {
    technique: "small",
    seed: 1,
    epochs: 2,
    batchSize: 32,
    data: "animals",
    dataDigest: "d",
    images: { train: 60, validation: 20, test: 40 },
    monitor: "val_loss",
    settings: { height: 32, ...settings },
    software: ["trazo"],
    machine: "any",
    started: "2026-01-01T00:00:00.000Z",
  });
  const none = { files: [], classes: [] };
  write("pictures.json", {
    directory: "/animals",
    classNames: ["a", "b"],
    files: { train: none, validation: none, test: { files: testFiles, classes: testFiles.map(() => 0) } },
  });
  writeFileSync(
    `${folder}/history.jsonl`,
    '{"epoch":0,"val_loss":0.4,"val_accuracy":0.85}\n{"epoch":1,"val_loss":0.5,"val_accuracy":0.9}\n',
  );
  if (accuracy !== undefined)
    write("result.json", { bestEpoch: 1, test: { loss: 0.4, accuracy }, epochSeconds: [1, 1] });
  return readRun(folder);
}

describe("runs on a folder of pictures", () => {
  it("stand side by side with what their settings differ in, and intervals", () => {
    const runs = [finished("small", 0.9, { model: "small" }), finished("resnet", 0.95, { model: "resnet" })];
    expect(arePictureRuns(runs)).toBe(true);
    const [table = ""] = comparePictureRuns(runs);
    const [head = "", first = "", second = ""] = table.split("\n");
    expect(head).toMatch(/^run +seed +model +epochs +validation +test \(95 % interval\)$/);
    // The validation accuracy of the epoch with the lowest loss.
    expect(first).toMatch(/small +1 +small +2 +85\.0 % +90\.0 % \(76\.9 to 96\.0 %\)$/);
    expect(second).toMatch(/resnet +1 +resnet +2 +85\.0 % +95\.0 % /);
  });

  it("are refused where figures would not compare", () => {
    const run = finished("one", 0.9, {});
    expect(() => comparePictureRuns([run, finished("other", 0.9, {}, ["b/1.png"])])).toThrow(
      "was tested on other pictures than",
    );
    expect(() => comparePictureRuns([run, finished("running", undefined, {})])).toThrow("did not finish");
  });
});
