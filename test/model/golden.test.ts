import { beforeAll, describe, expect, it } from "vitest";
import { nodeRuntime, optimizers, type Runtime } from "../../src/index.js";
import type { LearningRateSchedule } from "../../src/schedules/index.js";
import { type GoldenAdam, gradientError, loadGolden, loadGoldenAdam } from "../fixtures/golden/golden.js";
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

    it("20 steps of Adam follow the float64 losses, given float64's bias correction", async () => {
      const { deviations, norms } = await trainWithAdam(await runtime, exactCorrection(adamGolden));
      // Summed in the direct order, rounding grows to what the golden file measured of PyTorch in float32.
      const bound = lowering === "tiledGemm" ? 1e-4 : 1.5 * adamGolden.float32DeviationOfPyTorch;
      expect(Math.max(...deviations)).toBeLessThan(bound);
      for (const [k, norm] of norms.entries()) {
        expect(norm / (adamGolden.finalNorms[k] as number), adamGolden.weights[k]?.name).toBeCloseTo(1, 4);
      }
    });

    // The golden file's "precision" says how far Keras's own Adam strays, whose correction is float32.
    it("20 steps of Adam stray from the float64 losses no further than Keras's own Adam", async () => {
      const { deviations } = await trainWithAdam(await runtime, adamGolden.learningRate);
      expect(Math.max(...deviations.slice(0, 5))).toBeLessThan(1e-5);
      expect(Math.max(...deviations)).toBeLessThan(2.5e-3);
    });
  },
);

/** Trains a step an epoch, so that the history holds every batch's loss before its update. */
async function trainWithAdam(
  runtime: Runtime,
  learningRate: number | LearningRateSchedule,
): Promise<{ deviations: number[]; norms: number[] }> {
  const { losses, batchSize, beta1, beta2, epsilon } = adamGolden;
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

/**
 * Rates that undo the float32 rounding of Adam's bias correction, in which Keras computes
 * sqrt(1 - beta2^t) / (1 - beta1^t) and the reference does not.
 */
function exactCorrection({ learningRate, beta1, beta2 }: GoldenAdam): LearningRateSchedule {
  const rest = (beta: number, t: number): number => Math.fround(1 - Math.fround(Math.fround(beta) ** t));
  return {
    className: "ExactCorrection",
    at(iterations) {
      const t = iterations + 1;
      const exact = Math.sqrt(1 - beta2 ** t) / (1 - beta1 ** t);
      return (learningRate * exact * rest(beta1, t)) / Math.sqrt(rest(beta2, t));
    },
    getConfig: () => ({}),
  };
}
