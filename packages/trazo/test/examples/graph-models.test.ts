import { describe, expect, it } from "vitest";
import { residualNetwork } from "../../../../examples/residual-network.js";
import { siamese } from "../../../../examples/siamese.js";
import { nodeRuntime, optimizers, tensor } from "../../src/index.js";
import { noise, oneHot } from "../model/tiny.js";

const runtime = await nodeRuntime({ threads: 1 });

/** Pictures of one of three patterns each, under noise. */
function patterns(count: number, side: number, channels: number, stream: number) {
  const labels = Array.from({ length: count }, (_, i) => (i * 5 + stream) % 3);
  const data = noise(count * side * side * channels, stream).map((value) => value / 4);
  for (const [i, label] of labels.entries()) {
    for (let at = 0; at < side * side; at++) {
      const [row, column] = [Math.floor(at / side), at % side];
      const isOn = [row < side / 2, column < side / 2, (row + column) % 2 === 0][label];
      for (let c = 0; isOn && c < channels; c++) {
        const k = (i * side * side + at) * channels + c;
        data[k] = (data[k] as number) + 1;
      }
    }
  }
  return { labels, images: tensor("float32", [count, side, side, channels], data) };
}

describe("the example of a", () => {
  it("residual network has ResNet-20's layers, and learns where it is smaller", async () => {
    expect(residualNetwork().layers.filter(({ className }) => className === "Conv2D")).toHaveLength(21);
    const net = residualNetwork({ blocks: 1, filters: 4, shape: [8, 8, 3], classes: 3, runtime });
    net.compile({
      optimizer: optimizers.adam({ learningRate: 0.01 }),
      loss: "categoricalCrossentropy",
      metrics: ["accuracy"],
    });
    const { images, labels } = patterns(60, 8, 3, 1);
    const { history } = await net.fit(images, oneHot(labels, 3), { batchSize: 12, epochs: 12, verbose: 0 });
    expect(history.loss?.at(-1)).toBeLessThan((history.loss?.[0] as number) / 2);
    expect(history.accuracy?.at(-1)).toBeGreaterThan(0.9);
    await net.dispose();
  });

  it("siamese network learns to tell pairs apart", async () => {
    const net = siamese({ side: 8, runtime });
    net.compile({
      optimizer: optimizers.adam({ learningRate: 0.01 }),
      loss: "binaryCrossentropy",
      metrics: ["accuracy"],
    });
    const [left, right] = [patterns(60, 8, 1, 1), patterns(61, 8, 1, 4)];
    // Every other pair is shifted by one, to a picture of another pattern.
    const partner = (i: number): number => i + (i % 2);
    const pixels = left.images.data.map(
      (_, k) => right.images.data[64 * partner(Math.floor(k / 64)) + (k % 64)] as number,
    );
    const rights = tensor("float32", [60, 8, 8, 1], pixels);
    const isSame = left.labels.map((label, i) => (label === right.labels[partner(i)] ? 1 : 0));
    expect(new Set(isSame).size).toBe(2);
    const same = tensor("float32", [60, 1], Float32Array.from(isSame));
    const { history } = await net.fit([left.images, rights], same, { batchSize: 12, epochs: 20, verbose: 0 });
    expect(history.loss?.at(-1)).toBeLessThan((history.loss?.[0] as number) / 3);
    expect(history.accuracy?.at(-1)).toBeGreaterThan(0.9);
    await net.dispose();
  });
});
