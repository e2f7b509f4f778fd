import { beforeAll, describe, expect, it } from "vitest";
import {
  callbacks,
  type FitOptions,
  layers,
  loadModel,
  optimizers,
  type Sequential,
  sequential,
  type Tensor,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { column, runtime } from "./tiny.js";

const { path } = temporaryFolder();
const x = column([1, 2]);
const y = column([3, 5]);

function line(): Sequential {
  const model = sequential([layers.dense({ units: 1, inputShape: [1] })], { seed: 1, runtime });
  model.compile({ optimizer: optimizers.sgd({ learningRate: 0.01 }), loss: "meanSquaredError" });
  return model;
}

/** Trains a step an epoch, at a rate that is far too large from the third epoch on. */
const explode = (model: Sequential, options: FitOptions): Promise<unknown> =>
  model.fit(x, y, {
    epochs: 5,
    batchSize: 2,
    verbose: 0,
    stopOnNonFinite: true,
    ...options,
    callbacks: [
      callbacks.learningRateScheduler({ schedule: (epoch) => (epoch < 2 ? 0.01 : 1e38) }),
      ...(options.callbacks ?? []),
    ],
  });

async function weightsIn(file: string): Promise<number[]> {
  const model = await loadModel(file, { runtime });
  const weights = model.getWeights().flatMap((values) => [...values]);
  await model.dispose();
  return weights;
}

/** After the two epochs at a small rate. */
let good: number[];

beforeAll(async () => {
  const model = line();
  await model.fit(x, y, { epochs: 2, batchSize: 2, verbose: 0, shuffle: false });
  good = model.getWeights().flatMap((values) => [...values]);
});

describe("with stopOnNonFinite a checkpoint keeps the last good model when weights overflow, saved", () => {
  it.each([
    [
      "after every epoch",
      "epoch" as const,
      /dense\/kernel: it holds -?Infinity at \[0, 0\] after epoch 3, step 1/,
    ],
    ["after every step", 1, /dense\/kernel: it holds -?Infinity at \[0, 0\] after 3 steps/],
  ])("%s", async (_, saveFreq, message) => {
    const filepath = path(`checkpoint-${saveFreq}.h5`);
    const model = line();
    const checkpoint = callbacks.modelCheckpoint({ filepath, saveFreq });
    await expect(explode(model, { shuffle: false, callbacks: [checkpoint] })).rejects.toThrow(message);
    expect(await weightsIn(filepath)).toEqual(good);
  });

  it("by a callback of one's own", async () => {
    const filepath = path("own.weights.h5");
    const model = line();
    await expect(
      explode(model, {
        shuffle: false,
        callbacks: [
          callbacks.lambdaCallback({ onTrainBatchEnd: () => model.saveWeights(filepath) }),
          callbacks.modelCheckpoint({ filepath: path("beside.h5") }),
        ],
      }),
    ).rejects.toThrow("This state is not saved");
    expect(await weightsIn(path("beside.h5"))).toEqual(good);
  });
});

describe("a validation loss that is no number", () => {
  // Finite, but their product with the weights is not.
  const huge: [Tensor, Tensor] = [column([3e38, 3e38]), column([1, 1])];

  async function fitOn(model: Sequential, stopOnNonFinite: boolean): Promise<unknown> {
    model.setWeights([Float32Array.of(2), Float32Array.of(0)]);
    const checkpoint = callbacks.modelCheckpoint({ filepath: path(`validated-${stopOnNonFinite}.h5`) });
    const options = { verbose: 0, validationData: huge, callbacks: [checkpoint], stopOnNonFinite } as const;
    return await model.fit(x, y, options);
  }

  it("stops training with stopOnNonFinite, before callbacks are told, and names the first tensor that went wrong", async () => {
    await expect(fitOn(line(), true)).rejects.toThrow(
      /The validation loss is Infinity after epoch 1, step 1, at a learning rate of 0\.01\. .* layer "dense": it holds Infinity at \[0, 0\]/,
    );
    await expect(loadModel(path("validated-true.h5"))).rejects.toThrow("there is no such file");
  });

  it("does not without", async () => {
    await fitOn(line(), false);
    expect(await weightsIn(path("validated-false.h5"))).toHaveLength(2);
  });
});
