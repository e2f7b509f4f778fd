import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { loadMnist } from "../../src/web/data/load-mnist.js";

/** An IDX file of bytes. */
function idx(shape: readonly number[], values: readonly number[]): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head[2] = 8;
  head[3] = shape.length;
  for (const [i, size] of shape.entries()) head.writeUInt32BE(size, 4 + 4 * i);
  return Buffer.concat([head, Buffer.from(values)]);
}

const part = (label: number): Buffer[] => [idx([1], [label]), idx([1, 2, 2], [1, 2, 3, 4])];
const plain = Buffer.concat([...part(9), ...part(7)]);

it.each([
  ["unpacked on its way", plain],
  ["as it is", gzipSync(plain)],
  ["packed once more on its way", gzipSync(gzipSync(plain))],
])("the file of MNIST is read however a server sends it: %s", async (_, bytes) => {
  const { train, test } = await loadMnist(bytes);
  expect([...train.labels.data, ...test.labels.data]).toEqual([9, 7]);
  expect([...test.images.data]).toEqual([1, 2, 3, 4]);
});

it("but no more than twice, so that a file that unpacks to itself comes to an end", async () => {
  const packed = gzipSync(gzipSync(gzipSync(plain)));
  await expect(loadMnist(packed)).rejects.toThrow(/^MNIST's file: the training labels: /);
});
