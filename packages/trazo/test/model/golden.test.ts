import { beforeAll, describe, expect, it } from "vitest";
import { nodeRuntime, optimizers, type Runtime } from "../../src/index.js";
import { gradientError, loadGolden, loadGoldenAdam } from "../fixtures/golden/golden.js";
import { goldenImages, goldenModel, gradientRecorder } from "./golden-model.js";

const adamGolden = loadGoldenAdam();
let images: Awaited<ReturnType<typeof goldenImages>>;
beforeAll(async () => {
  images = await goldenImages();
});

describe.each(["tiledGemm", "direct"] as const)(
  "lowered by %s, from the same weights and images",
  (lowering) => {
    const runtime = nodeRuntime({ threads: 2, lowering });

    for (const name of ["base-model", "variety-model"] as const) {
      const golden = loadGolden(name);
      for (const batch of golden.batches) {
        it(`${name}, ${batch.count} images from ${batch.first}: loss and every gradient agree with float64`, async () => {
          const model = goldenModel(golden, await runtime);
          const { optimizer, gradients } = gradientRecorder();
          model.compile({ optimizer, loss: "categoricalCrossentropy", metrics: ["accuracy"] });
          const [x, y] = images(batch.first, batch.count);
          const { history } = await model.fit(x, y, { batchSize: batch.count, verbose: 0 });
          expect(Math.abs((history.loss?.[0] as number) - batch.loss)).toBeLessThan(1e-6);
          expect((history.accuracy?.[0] as number) * batch.count).toBeCloseTo(batch.correct, 6);
          expect(gradients).toHaveLength(batch.gradients.length);
          for (const [k, reference] of batch.gradients.entries()) {
            const error = gradientError(reference, gradients[k] as Float32Array);
            for (const [part, value] of Object.entries(error)) {
              expect(value, `${reference.name}, ${part}`).toBeLessThanOrEqual(1e-5);
            }
          }
          await model.dispose();
        });

        it(`${name}, ${batch.count} images from ${batch.first}: predictions are the softmax of the logits`, async () => {
          const model = goldenModel(golden, await runtime);
          const [x] = images(batch.first, batch.logits.length);
          const { data } = await model.predict(x);
          for (const [row, logits] of batch.logits.entries()) {
            const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
            for (const [k, z] of logits.entries()) {
              expect(Math.abs((data[row * 10 + k] as number) - Math.exp(z) / total)).toBeLessThan(1e-6);
            }
          }
          await model.dispose();
        });
      }
    }

    it("20 steps of Adam follow the float64 losses", async () => {
      const { deviations, norms } = await trainWithAdam(await runtime);
      // Summed in the direct order, rounding grows to what the golden file measured of PyTorch in float32.
      const bound = lowering === "tiledGemm" ? 1e-4 : 1.5 * adamGolden.float32DeviationOfPyTorch;
      expect(Math.max(...deviations)).toBeLessThan(bound);
      for (const [k, norm] of norms.entries()) {
        expect(norm / (adamGolden.finalNorms[k] as number), adamGolden.weights[k]?.name).toBeCloseTo(1, 4);
      }
    });
  },
);

/** Trains a step an epoch, so that the history holds every batch's loss before its update. */
async function trainWithAdam(runtime: Runtime): Promise<{ deviations: number[]; norms: number[] }> {
  const { losses, batchSize, learningRate, beta1, beta2, epsilon } = adamGolden;
  const model = goldenModel(adamGolden, runtime);
  model.compile({
    optimizer: optimizers.adam({ learningRate, beta1, beta2, epsilon }),
    loss: "categoricalCrossentropy",
  });
  const { history } = await model.fit(...images(0, losses.length * batchSize), {
    batchSize,
    epochs: losses.length,
    stepsPerEpoch: 1,
    shuffle: false,
    verbose: 0,
  });
  const norms = model.getWeights().map((weights) => Math.sqrt(weights.reduce((sum, w) => sum + w * w, 0)));
  await model.dispose();
  return { deviations: losses.map((loss, t) => Math.abs((history.loss?.[t] as number) / loss - 1)), norms };
}
