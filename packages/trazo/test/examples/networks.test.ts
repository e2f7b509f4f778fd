import { describe, expect, it } from "vitest";
import { autoencoder } from "../../../../examples/autoencoder.js";
import { gan } from "../../../../examples/gan.js";
import { mobileNetwork } from "../../../../examples/mobile-network.js";
import { triplets } from "../../../../examples/triplets.js";
import { uNet } from "../../../../examples/u-net.js";
import { nodeRuntime, optimizers, type Tensor, takeRows, tensor } from "../../src/index.js";
import { noise, oneHot } from "../model/tiny.js";

const runtime = await nodeRuntime({ threads: 1 });

/** Numbers from 0 to 1, the same in every run. */
function seeded(): () => number {
  let state = 12345;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A bright rectangle in each picture, of one of three shapes, and where it is. */
function rectangles(count: number, side: number, channels = 1) {
  const random = seeded();
  const images = new Float32Array(count * side * side * channels);
  const masks = new Float32Array(count * side * side);
  const labels = Array.from({ length: count }, (_, i) => i % 3);
  for (const [i, label] of labels.entries()) {
    const [height, width] = [
      [side / 2, side / 4],
      [side / 4, side / 2],
      [side / 2, side / 2],
    ][label] as [number, number];
    const [top, left] = [Math.floor(random() * (side - height)), Math.floor(random() * (side - width))];
    for (let at = 0; at < side * side; at++) {
      const [row, column] = [Math.floor(at / side), at % side];
      const isOn = row >= top && row < top + height && column >= left && column < left + width;
      masks[i * side * side + at] = isOn ? 1 : 0;
      for (let c = 0; c < channels; c++) {
        images[(i * side * side + at) * channels + c] = (isOn ? 0.8 : 0.1) + 0.1 * random();
      }
    }
  }
  return {
    labels,
    images: tensor("float32", [count, side, side, channels], images),
    masks: tensor("float32", [count, side, side, 1], masks),
  };
}

const falls = (history: Record<string, number[]>): number =>
  (history.loss?.[0] as number) / (history.loss?.at(-1) as number);

describe("the example of a", () => {
  it("U-Net learns which pixels belong to a shape", async () => {
    const net = uNet({ shape: [16, 16, 3], depth: 2, filters: 4, runtime });
    net.compile({ optimizer: optimizers.adam({ learningRate: 0.01 }), loss: "binaryCrossentropy" });
    const { images, masks } = rectangles(24, 16, 3);
    const { history } = await net.fit(images, masks, { batchSize: 8, epochs: 12, verbose: 0 });
    expect(falls(history)).toBeGreaterThan(4);
    const predicted = await net.predict(images);
    const right = predicted.data.filter(
      (value, i) => value > 0.5 === ((masks.data[i] as number) === 1),
    ).length;
    expect(right / masks.data.length).toBeGreaterThan(0.95);
    await net.dispose();
  });

  it("mobile network learns to tell shapes apart", async () => {
    const net = mobileNetwork({ shape: [16, 16, 3], classes: 3, alpha: 0.5, runtime });
    net.compile({
      optimizer: optimizers.adam({ learningRate: 0.01 }),
      loss: "categoricalCrossentropy",
      metrics: ["accuracy"],
    });
    const { images, labels } = rectangles(48, 16, 3);
    const { history } = await net.fit(images, oneHot(labels, 3), { batchSize: 12, epochs: 15, verbose: 0 });
    expect(falls(history)).toBeGreaterThan(3);
    expect(history.accuracy?.at(-1)).toBeGreaterThan(0.85);
    await net.dispose();
  });

  it("autoencoder draws clean pictures out of noisy ones", async () => {
    const { whole, encoder, decoder } = autoencoder({ side: 8, code: 8, runtime });
    whole.compile({ optimizer: optimizers.adam({ learningRate: 0.01 }), loss: "mse" });
    const { images } = rectangles(48, 8);
    const noisy = tensor(
      "float32",
      images.shape,
      images.data.map((value, i) => value + 0.1 * (noise(images.data.length, 3)[i] as number)),
    );
    const { history } = await whole.fit(noisy, images, { batchSize: 12, epochs: 40, verbose: 0 });
    expect(falls(history)).toBeGreaterThan(4);
    // The parts share the whole's weights.
    const codes = await encoder.predict(noisy);
    expect(codes.shape).toEqual([48, 8]);
    const drawn = await decoder.predict(codes);
    const again = await whole.predict(noisy);
    for (const [i, value] of drawn.data.entries()) expect(value).toBeCloseTo(again.data[i] as number, 5);
    for (const net of [whole, encoder, decoder]) await net.dispose();
  });

  it("GAN draws pictures that are more and more like the real ones", async () => {
    const { generator, discriminator, noise, step } = gan({
      side: 8,
      latent: 4,
      runtime,
      random: seeded(),
    });
    const count = 32;
    const real = tensor(
      "float32",
      [count, 8, 8, 1],
      Float32Array.from({ length: count * 64 }, (_, k) => {
        const [row, column] = [Math.floor((k % 64) / 8), k % 8];
        const isOn = row >= 2 && row < 6 && column >= 2 && column < 6;
        return (isOn ? 0.85 : 0.05) + (0.1 * ((k * 7919) % 13)) / 13;
      }),
    );
    /** How far the average generated picture is from the average real one. */
    const apart = async (): Promise<number> => {
      const drawn = meanPicture(await generator.predict(noise(64)));
      return (
        meanPicture(real).reduce((sum, value, i) => sum + Math.abs(value - (drawn[i] as number)), 0) / 64
      );
    };
    const before = await apart();
    let losses = { discriminator: 0, generator: 0 };
    for (let i = 0; i < 240; i++) losses = await step(real);
    expect(before / (await apart())).toBeGreaterThan(3);
    expect(Number.isFinite(losses.discriminator) && Number.isFinite(losses.generator)).toBe(true);
    // Both were trained, each by its own step.
    expect(generator.getWeights()).not.toEqual(discriminator.getWeights());
    for (const net of [generator, discriminator]) await net.dispose();
  });

  it("network trained by triplets puts pictures of the same shape together", async () => {
    const { embedding, step } = triplets({ side: 8, runtime });
    const { images, labels } = rectangles(60, 8);
    const random = seeded();
    const pick = (fits: (label: number) => boolean): number => {
      for (;;) {
        const i = Math.floor(random() * labels.length);
        if (fits(labels[i] as number)) return i;
      }
    };
    const losses: number[] = [];
    for (let i = 0; i < 200; i++) {
      const anchors = Array.from({ length: 24 }, () => pick(() => true));
      const rows = (indices: readonly number[]): Tensor => takeRows(images, Int32Array.from(indices));
      losses.push(
        await step({
          anchor: rows(anchors),
          same: rows(anchors.map((at) => pick((label) => label === labels[at]))),
          other: rows(anchors.map((at) => pick((label) => label !== labels[at]))),
        }),
      );
    }
    const mean = (part: readonly number[]): number => part.reduce((a, b) => a + b, 0) / part.length;
    expect(mean(losses.slice(0, 3)) / mean(losses.slice(-3))).toBeGreaterThan(3);
    await embedding.dispose();
  });
});

function meanPicture({ data, shape }: Tensor<"float32">): Float64Array {
  const [count = 1] = shape;
  const size = data.length / count;
  const mean = new Float64Array(size);
  for (const [k, value] of data.entries()) mean[k % size] = (mean[k % size] as number) + value / count;
  return mean;
}
