import { describe, expect, it } from "vitest";
import {
  type Layer,
  layers,
  loadModel,
  type Optimizer,
  optimizers,
  regularizers,
  schedules,
  sequential,
  TrazoError,
  tensor,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { column, noise, runtime, smallData, smallNet } from "./tiny.js";

const { path } = temporaryFolder();

const sgd = (learningRate: number): Optimizer => optimizers.sgd({ learningRate });

function compiled(
  list: readonly Layer[],
  options: { seed?: number; optimizer?: Optimizer; loss?: string } = {},
) {
  const { seed = 1, optimizer = sgd(0), loss = "meanSquaredError" } = options;
  const model = sequential(list, { seed, runtime });
  model.compile({ optimizer, loss });
  return model;
}

describe("the learning rate", () => {
  it("follows the optimizer's schedule step by step", async () => {
    const rate = schedules.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 1, decayRate: 0.5 });
    const model = compiled([layers.dense({ units: 1, useBias: false, inputShape: [1] })], {
      optimizer: optimizers.sgd({ learningRate: rate }),
    });
    model.setWeights([Float32Array.of(0)]);
    // A sample with x = 1, y = 1: the gradient is 2 (w - 1).
    await model.fit(column([1, 1, 1]), column([1, 1, 1]), { batchSize: 1, verbose: 0 });
    const expected = [0.1, 0.05, 0.025].reduce((w, lr) => w - lr * 2 * (w - 1), 0);
    expect(model.getWeights()[0]?.[0]).toBeCloseTo(expected, 6);
    expect(model.optimizer.learningRate).toBeCloseTo(0.0125, 8);
  });

  it("set between batches counts from the next one on", async () => {
    const model = compiled([layers.dense({ units: 1, useBias: false, inputShape: [1] })], {
      optimizer: sgd(0.5),
    });
    model.setWeights([Float32Array.of(0)]);
    await model.fit(column([1, 1]), column([1, 1]), {
      batchSize: 1,
      verbose: 0,
      callbacks: [
        {
          onTrainBatchEnd() {
            model.optimizer.learningRate = 0;
          },
        },
      ],
    });
    expect([...(model.getWeights()[0] as Float32Array)]).toEqual([1]);
  });
});

describe("penalties", () => {
  const inputs = column([1, -2]);
  const targets = column([0, 0]);
  const weights = [Float32Array.of(3), Float32Array.of(-4)];

  it("on kernel and bias count in loss and val_loss alike, undivided", async () => {
    const model = compiled([
      layers.dense({
        units: 1,
        inputShape: [1],
        kernelRegularizer: regularizers.l1l2({ l1: 0.1, l2: 0.01 }),
        biasRegularizer: regularizers.l2(0.5),
      }),
    ]);
    model.setWeights(weights);
    const data = ((3 - 4) ** 2 + (-6 - 4) ** 2) / 2;
    const penalty = 0.1 * 3 + 0.01 * 9 + 0.5 * 16;
    const options = { batchSize: 1, validationData: [inputs, targets] as const, verbose: 0 as const };
    const { history } = await model.fit(inputs, targets, options);
    expect(history.loss?.[0]).toBeCloseTo(data + penalty, 4);
    expect(history.val_loss?.[0]).toBeCloseTo(data + penalty, 4);
    expect((await model.evaluate(inputs, targets)).loss).toBeCloseTo(data + penalty, 4);
  });

  it("pull on the weights: l1 by its sign, l2 by twice the weight", async () => {
    const model = compiled(
      [
        layers.dense({
          units: 1,
          inputShape: [1],
          kernelRegularizer: regularizers.l2(0.01),
          biasRegularizer: regularizers.l1(0.1),
        }),
      ],
      { optimizer: sgd(1) },
    );
    model.setWeights(weights);
    // Weights of 0 leave nothing but the penalties.
    await model.fit(inputs, targets, { sampleWeight: [0, 0], verbose: 0 });
    const [kernel, bias] = model.getWeights();
    expect(kernel?.[0]).toBeCloseTo(3 - 2 * 0.01 * 3, 6);
    expect(bias?.[0]).toBeCloseTo(-4 + 0.1, 6);
  });

  it("on a layer's output are summed over the batch and divided by its size", async () => {
    const model = compiled([
      layers.dense({
        units: 1,
        inputShape: [1],
        activityRegularizer: regularizers.l1l2({ l1: 0.1, l2: 0.01 }),
      }),
    ]);
    model.setWeights(weights);
    const outputs = [3 - 4, -6 - 4];
    const data = (outputs[0] as number) ** 2 / 2 + (outputs[1] as number) ** 2 / 2;
    const penalty = (0.1 * (1 + 10) + 0.01 * (1 + 100)) / 2;
    const { history } = await model.fit(inputs, targets, { validationData: [inputs, targets], verbose: 0 });
    expect(history.loss?.[0]).toBeCloseTo(data + penalty, 4);
    expect(history.val_loss?.[0]).toBeCloseTo(data + penalty, 4);
  });

  it("of frozen weights count neither in training nor in evaluation, as in Keras 3", async () => {
    const model = compiled([
      layers.dense({ units: 1, inputShape: [1], kernelRegularizer: regularizers.l2(5), trainable: false }),
    ]);
    model.setWeights(weights);
    const { history } = await model.fit(inputs, targets, { validationData: [inputs, targets], verbose: 0 });
    expect(history.loss?.[0]).toBeCloseTo(50.5, 4);
    expect(history.val_loss?.[0]).toBeCloseTo(50.5, 4);
  });
});

describe("frozen layers", () => {
  it("keep their weights while the others learn", async () => {
    const model = compiled(
      [
        layers.dense({ units: 4, inputShape: [1], trainable: false, activation: "tanh" }),
        layers.batchNormalization({ trainable: false }),
        layers.dense({ units: 1 }),
      ],
      { optimizer: sgd(0.1) },
    );
    const before = model.getWeights();
    await model.fit(column([1, 2, 3]), column([1, 0, 2]), { epochs: 2, verbose: 0 });
    const changed = model.getWeights().map((weights, i) => weights.some((w, k) => w !== before[i]?.[k]));
    expect(changed).toEqual([false, false, false, false, false, false, true, true]);
  });
});

describe("dropout", () => {
  const ones = tensor("float32", [2, 5000], new Float32Array(10000).fill(1));
  /** Its loss is the mean square of what the dropout lets through. */
  const net = (rate: number, seed = 1) =>
    compiled([layers.dropout({ rate, inputShape: [5000] })], { seed, loss: "meanSquaredError" });
  const zeros = tensor("float32", [2, 5000], new Float32Array(10000));

  it("drops its share while training, scales up the rest, and does nothing otherwise", async () => {
    const model = net(0.25);
    const { history } = await model.fit(ones, zeros, { validationData: [ones, zeros], verbose: 0 });
    // Three quarters of the values are 1 / 0.75, whose square is 16 / 9: a mean of 4 / 3, give or take 0.006.
    expect(history.loss?.[0]).toBeGreaterThan(4 / 3 - 0.03);
    expect(history.loss?.[0]).toBeLessThan(4 / 3 + 0.03);
    expect(history.val_loss).toEqual([1]);
    expect((await model.predict(ones)).data.every((value) => value === 1)).toBe(true);
  });

  it("draws other masks for every batch, and the same ones for the same seed", async () => {
    const losses = async (seed: number) =>
      (await net(0.5, seed).fit(ones, zeros, { batchSize: 2, epochs: 3, verbose: 0 })).history.loss;
    const first = await losses(1);
    expect(new Set(first).size).toBe(3);
    expect(await losses(1)).toEqual(first);
    expect(await losses(2)).not.toEqual(first);
  });

  it("of rate 1 drops all, of rate 0 nothing", async () => {
    expect((await net(1).fit(ones, zeros, { verbose: 0 })).history.loss).toEqual([0]);
    expect((await net(0).fit(ones, zeros, { verbose: 0 })).history.loss).toEqual([1]);
  });
});

describe("batch normalization", () => {
  it("uses the batch's statistics while training, and their moving averages otherwise", async () => {
    const model = compiled([layers.batchNormalization({ inputShape: [1], momentum: 0.9, epsilon: 0 })]);
    const x = column([1, 3, 5, 7]);
    // Mean 4 and biased variance 5; normalized values squared have the mean 1.
    const { history } = await model.fit(x, column([0, 0, 0, 0]), { shuffle: false, verbose: 0 });
    expect(history.loss?.[0]).toBeCloseTo(1, 5);
    const [, , mean, variance] = model.getWeights();
    expect(mean?.[0]).toBeCloseTo(0.4, 6);
    expect(variance?.[0]).toBeCloseTo(0.9 + 0.5, 6);
    const { data } = await model.predict(column([2]));
    expect(data[0]).toBeCloseTo((2 - 0.4) / Math.sqrt(1.4), 5);
  });

  it("updates the averages with every batch, partial ones too", async () => {
    const model = compiled([layers.batchNormalization({ inputShape: [1], momentum: 0.5 })]);
    await model.fit(column([2, 4, 9]), column([0, 0, 0]), { batchSize: 2, shuffle: false, verbose: 0 });
    const [, , mean, variance] = model.getWeights();
    expect(mean?.[0]).toBeCloseTo(0.5 * (0.5 * 0 + 0.5 * 3) + 0.5 * 9, 5);
    expect(variance?.[0]).toBeCloseTo(0.5 * (0.5 * 1 + 0.5 * 1) + 0.5 * 0, 5);
  });
});

describe("the seed", () => {
  const [x, y] = smallData(20);
  const train = async (seed: number): Promise<Float32Array[]> => {
    const model = smallNet(seed);
    model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
    await model.fit(x, y, { batchSize: 6, epochs: 2, verbose: 0 });
    return model.getWeights();
  };

  it("decides every byte of the trained weights", async () => {
    const first = await train(7);
    expect(await train(7)).toEqual(first);
    const other = await train(8);
    for (const [i, weights] of first.entries()) expect(other[i]).not.toEqual(weights);
  });

  it("gives a layer the same start whatever other layers the model has", () => {
    const kernel = (list: readonly Layer[]): Float32Array | undefined =>
      sequential([layers.input({ shape: [4] }), ...list], { seed: 3 }).definition.variables.find(
        ({ path }) => path === "last/kernel",
      )?.data;
    const last = layers.dense({ units: 2, name: "last" });
    expect(kernel([layers.dense({ units: 4 }), layers.dropout({ rate: 0.1 }), last])).toEqual(kernel([last]));
  });

  it("is drawn again by default", () => {
    const net = () => sequential([layers.dense({ units: 8, inputShape: [8] })]);
    expect(net().getWeights()[0]).not.toEqual(net().getWeights()[0]);
  });
});

describe("training", () => {
  it("learns what can be learned", async () => {
    const x = tensor("float32", [64, 2], noise(128));
    const labels = Uint8Array.from({ length: 64 }, (_, i) =>
      (x.data[2 * i] as number) * (x.data[2 * i + 1] as number) > 0 ? 1 : 0,
    );
    const model = sequential(
      [
        layers.dense({ units: 16, activation: "tanh", inputShape: [2] }),
        layers.dense({ units: 2, activation: "softmax" }),
      ],
      { seed: 1, runtime },
    );
    model.compile({
      optimizer: optimizers.adam({ learningRate: 0.05 }),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    const { history } = await model.fit(x, tensor("uint8", [64], labels), {
      batchSize: 16,
      epochs: 40,
      verbose: 0,
    });
    expect(history.accuracy?.at(-1)).toBeGreaterThan(0.95);
  });

  it("continues after compile, with the weights so far and a fresh optimizer", async () => {
    const [x, y] = smallData(8);
    const model = smallNet();
    model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
    await model.fit(x, y, { verbose: 0 });
    const trained = model.getWeights();
    model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
    expect(model.getWeights()).toEqual(trained);
    expect(model.optimizer.iterations).toBe(0);
    await model.fit(x, y, { verbose: 0 });
    expect(model.getWeights()).not.toEqual(trained);
  });

  it("makes one optimizer object start afresh at every compile, at the rate that was last set", async () => {
    const [x, y] = smallData(8);
    const twice = async (next: (first: Optimizer) => Optimizer): Promise<Float32Array[]> => {
      const model = smallNet();
      const first = optimizers.adam({ learningRate: 0.05 });
      model.compile({ optimizer: first, loss: "categoricalCrossentropy" });
      await model.fit(x, y, { epochs: 3, verbose: 0 });
      first.learningRate = 0.01;
      const second = next(first);
      model.compile({ optimizer: second, loss: "categoricalCrossentropy" });
      expect(second.iterations).toBe(0);
      await model.fit(x, y, { verbose: 0 });
      return model.getWeights();
    };
    // Both draw the same masks: these follow from the number of the step.
    expect(await twice((first) => first)).toEqual(await twice(() => optimizers.adam({ learningRate: 0.01 })));
  });

  it("refuses an optimizer that another model has, loaded ones included", async () => {
    const [one, other] = [smallNet(), smallNet()];
    const optimizer = optimizers.adam();
    one.compile({ optimizer, loss: "mse" });
    const share = () => other.compile({ optimizer, loss: "mse" });
    expect(share).toThrow(TrazoError);
    expect(share).toThrow(/^This Adam optimizer is already bound to the model "sequential"/);
    expect(() => other.optimizer).toThrow("needs a compiled model");
    one.compile({ optimizer, loss: "categoricalCrossentropy" });
    const file = path("shared.keras");
    await one.save(file);
    const loaded = await loadModel(file);
    expect(() => other.compile({ optimizer: loaded.optimizer, loss: "mse" })).toThrow("is already bound");
  });

  it("continues after dispose, and keeps the optimizer's state", async () => {
    const [x, y] = smallData(8);
    const twoEpochs = async (between: (model: ReturnType<typeof smallNet>) => Promise<void>) => {
      const model = smallNet();
      model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
      await model.fit(x, y, { verbose: 0 });
      await between(model);
      await model.fit(x, y, { verbose: 0 });
      return model.getWeights();
    };
    const straight = await twoEpochs(async () => {});
    expect(await twoEpochs((model) => model.dispose())).toEqual(straight);
    expect(
      await twoEpochs(async (model) => {
        await model.evaluate(x, y, { batchSize: 3 });
      }),
    ).toEqual(straight);
  });
});
