import { readFileSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { loadMnist } from "trazo";
import { idxOfBytes } from "../../trazo/test/data/idx-bytes.js";

/** A folder with the first images of MNIST, as the four IDX files of a data set. */
export async function writeTinyMnist(folder: string, trainCount = 320, testCount = 64): Promise<void> {
  const { train, test } = await loadMnist();
  await mkdir(folder, { recursive: true });
  const write = (name: string, shape: readonly number[], values: Uint8Array): Promise<void> =>
    writeFile(join(folder, name), idxOfBytes(shape, values));
  await write(
    "train-images-idx3-ubyte",
    [trainCount, 28, 28],
    train.images.data.subarray(0, trainCount * 784),
  );
  await write("train-labels-idx1-ubyte", [trainCount], train.labels.data.subarray(0, trainCount));
  await write("t10k-images-idx3-ubyte", [testCount, 28, 28], test.images.data.subarray(0, testCount * 784));
  await write("t10k-labels-idx1-ubyte", [testCount], test.labels.data.subarray(0, testCount));
}

/** Changes the labels of a set's files. */
export function relabel(folder: string, change: (label: number) => number): void {
  const header = 8;
  for (const name of ["train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"]) {
    const bytes = readFileSync(`${folder}/${name}`);
    writeFileSync(
      `${folder}/${name}`,
      bytes.map((value, i) => (i < header ? value : change(value))),
    );
  }
}
