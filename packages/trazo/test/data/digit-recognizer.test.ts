import { expect, it } from "vitest";
import { digitRecognizer } from "../../../../examples/digit-recognizer.js";
import { loadMnist, readCsv, type Tensor, writeCsv } from "../../src/index.js";
import { temporaryFolder } from "./temporary-folder.js";

const folder = temporaryFolder();

/** Digits as Kaggle's tables have them. */
function columns(images: Tensor<"uint8">, from: number, to: number): Record<string, Uint8Array> {
  return Object.fromEntries(
    Array.from({ length: 784 }, (_, pixel) => [
      `pixel${pixel}`,
      Uint8Array.from({ length: to - from }, (_, i) => images.data[(from + i) * 784 + pixel] as number),
    ]),
  );
}

it("Kaggle's Digit Recognizer goes from its tables to a submission", async () => {
  const { train, test } = await loadMnist();
  const [trained, asked] = [2000, 300];
  const labels = Array.from(train.labels.data.subarray(0, trained));
  await writeCsv(folder.path("train.csv"), { label: labels, ...columns(train.images, 0, trained) });
  await writeCsv(folder.path("test.csv"), columns(test.images, 0, asked));

  const accuracy = await digitRecognizer({ folder: folder.path("."), epochs: 6, seed: 1 });
  expect(accuracy).toBeGreaterThan(0.85);

  const submission = await readCsv(folder.path("submission.csv"));
  expect(submission.columnNames).toEqual(["ImageId", "Label"]);
  expect(submission.numbers("ImageId")).toEqual(Float64Array.from({ length: asked }, (_, i) => i + 1));
  const right = submission.numbers("Label").filter((label, i) => label === Number(test.labels.data[i]));
  expect(right.length / asked).toBeGreaterThan(0.85);
});
