import { describe, expect, it } from "vitest";
import {
  type Callback,
  constraints,
  imageDataGenerator,
  layers,
  nodeRuntime,
  type Optimizer,
  optimizers,
  type Runtime,
  regularizers,
  sequential,
  TrainingInterrupted,
  tensor,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { hostDevice } from "./host-device.js";

const { path } = temporaryFolder();
const count = 50;
const classes = 3;
const pixels = Uint8Array.from({ length: count * 8 * 8 * 2 }, (_, i) => (i * 37 + (i >> 6) * 11) % 256);
const x = { ...tensor("uint8", [count, 8, 8, 2], pixels), divisor: 255 };
const numbers = Uint8Array.from({ length: count }, (_, i) => (i * 7) % classes);
const sparse = tensor("uint8", [count], numbers);
const oneHot = tensor(
  "float32",
  [count, classes],
  Float32Array.from({ length: count * classes }, (_, i) =>
    Number(numbers[Math.floor(i / classes)] === i % classes),
  ),
);
const batchSize = 16;

interface Course {
  readonly optimizer?: () => Optimizer;
  readonly targets?: "oneHot" | "sparse";
}

function network(runtime: Runtime, { optimizer = optimizers.adam, targets = "oneHot" }: Course = {}) {
  const model = sequential(
    [
      layers.input({ shape: [8, 8, 2] }),
      layers.conv2d({ filters: 6, kernelSize: 3, activation: "relu" }),
      layers.batchNormalization(),
      layers.averagePooling2d(),
      layers.flatten(),
      layers.dropout({ rate: 0.2 }),
      layers.dense({
        units: 5,
        activation: "relu",
        kernelRegularizer: regularizers.l2(0.01),
        kernelConstraint: constraints.maxNorm({ maxValue: 1 }),
      }),
      layers.dense({ units: classes, activation: "softmax" }),
    ],
    { seed: 3, runtime },
  );
  const loss = targets === "oneHot" ? "categoricalCrossentropy" : "sparseCategoricalCrossentropy";
  model.compile({ optimizer: optimizer(), loss, metrics: ["accuracy"] });
  return model;
}

const graphs = () => nodeRuntime({ engine: "graph", threads: 1 });

async function trained(runtime: Runtime, course: Course = {}, callbacks: readonly Callback[] = []) {
  const model = network(runtime, course);
  const y = course.targets === "sparse" ? sparse : oneHot;
  const { history } = await model.fit(x, y, {
    batchSize,
    epochs: 3,
    verbose: 0,
    validationData: [x, y],
    callbacks,
  });
  const weights = model.getWeights().flatMap((values) => Array.from(values));
  const file = await model.weightsToH5();
  await model.dispose();
  return { history, weights, file };
}

function expectClose(found: readonly number[], expected: readonly number[], within: number): void {
  expect(found).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((found[i] as number) - value)).toBeLessThan(within * Math.max(1, Math.abs(value)));
  }
}

/** Looks at every step's scores, and at nothing else. */
const watching = { logsOnly: true, onTrainBatchEnd: () => {} } as const;

describe("a training whose state stays on a device", () => {
  it.each([
    ["Adam", {}],
    ["class numbers", { targets: "sparse" }],
    ["SGD with momentum and clipping", { optimizer: () => optimizers.sgd({ momentum: 0.9, clipnorm: 0.5 }) }],
    ["averages of weights", { optimizer: () => optimizers.adam({ useEma: true, emaOverwriteFrequency: 2 }) }],
    ["AdamW", { optimizer: () => optimizers.adamW({ weightDecay: 0.1 }) }],
    ["gathered gradients", { optimizer: () => optimizers.adam({ gradientAccumulationSteps: 2 }) }],
  ] satisfies [string, Course][])("has the scores and weights of one without: %s", async (_, course) => {
    const expected = await trained(await graphs(), course);
    const { runtime, counts } = hostDevice(await graphs());
    const found = await trained(runtime, course, [watching]);
    for (const [name, values] of Object.entries(expected.history)) {
      expectClose(found.history[name] as number[], values, 1e-5);
    }
    // Adam makes whole steps of gradients that are nearly 0: less than half a step.
    expectClose(found.weights, expected.weights, 5e-4);
    expect(counts.held).toBe(0);
  });

  it("has them with plain operators too, as it is written for CUDA", async () => {
    const expected = await trained(await graphs());
    const { runtime, counts } = hostDevice({ ...(await graphs()), lowering: "direct" });
    const found = await trained(runtime, {}, [watching]);
    for (const [name, values] of Object.entries(expected.history)) {
      expectClose(found.history[name] as number[], values, 1e-5);
    }
    expectClose(found.weights, expected.weights, 5e-4);
    expect(counts.runs).toBeGreaterThan(0);
  });

  it.each([
    ["losses of signs", "mae"],
    ["losses of places of the largest", "categoricalHinge"],
  ] as const)("has the losses of one without where its operators have other forms: %s", async (_, loss) => {
    const histories: (readonly number[])[] = [];
    for (const runtime of [await graphs(), hostDevice(await graphs()).runtime]) {
      const dense = layers.dense({ units: classes, activation: "softmax" });
      const model = sequential([layers.input({ shape: [8, 8, 2] }), layers.flatten(), dense], {
        seed: 1,
        runtime,
      });
      model.compile({ optimizer: "adam", loss, metrics: ["topKCategoricalAccuracy"] });
      const { history } = await model.fit(x, oneHot, { batchSize, epochs: 2, verbose: 0 });
      histories.push([...(history.loss ?? []), ...(history.top_k_categorical_accuracy ?? [])]);
      await model.dispose();
    }
    const [expected = [], found = []] = histories;
    expect(expected).toHaveLength(4);
    expectClose(found, expected, 1e-5);
  });

  it("brings all samples there once, and the state once an epoch", async () => {
    const { runtime, counts } = hostDevice(await graphs());
    const model = network(runtime);
    // 10 weights, and two slots for each of the 8 that are trained.
    await model.fit(x, oneHot, { batchSize, epochs: 3, verbose: 0, callbacks: [watching] });
    // Full batches, and the last one.
    expect(counts).toMatchObject({ loaded: 2, runs: 12, put: 3 + 3 * (10 + 2 * 8), held: 0 });
    await model.dispose();
  });

  it.each([
    ["that map pixels, in the graph", { fillMode: "reflect", horizontalFlip: true }, 3 + 10 + 2 * 8],
    ["that do more, before it", { brightnessRange: [0.8, 1.2] }, 10 + 2 * 8],
  ] as const)("varies images with the processor's draws: variations %s", async (_, more, put) => {
    const generator = imageDataGenerator({
      rotationRange: 30,
      widthShiftRange: 0.2,
      zoomRange: 0.2,
      ...more,
    });
    const course = async (runtime: Runtime) => {
      const model = network(runtime);
      const flow = generator.flow(x, oneHot, { batchSize, variedPasses: 1 });
      const { history } = await model.fit(flow, { epochs: 2, verbose: 0, callbacks: [watching] });
      await model.dispose();
      return history.loss as number[];
    };
    const { runtime, counts } = hostDevice(await graphs());
    expectClose(await course(runtime), await course(await graphs()), 1e-5);
    expect(counts.put).toBe(put + 10 + 2 * 8);
    expect(counts.held).toBe(0);
  });

  it("shows callbacks the weights of each step, and takes theirs", async () => {
    const course = async (runtime: Runtime) => {
      const model = network(runtime);
      const seen: number[] = [];
      const look: Callback = {
        onTrainBatchEnd(batch) {
          seen.push(...model.getWeights().map((values) => values[0] as number));
          if (batch === 1) model.setWeights(model.getWeights().map((values) => values.map((one) => one / 2)));
        },
      };
      await model.fit(x, oneHot, { batchSize, verbose: 0, callbacks: [look] });
      await model.dispose();
      return seen;
    };
    expectClose(await course(hostDevice(await graphs()).runtime), await course(await graphs()), 1e-4);
  });

  it("leaves the weights as they were where a loss is not finite", async () => {
    const { runtime, counts } = hostDevice(await graphs());
    const model = network(runtime);
    const before = model.getWeights();
    const bad = tensor("float32", [count, 8, 8, 2], new Float32Array(count * 128).fill(Number.NaN));
    await expect(model.fit(bad, oneHot, { batchSize, verbose: 0, stopOnNonFinite: true })).rejects.toThrow(
      /epoch 1, step 1/,
    );
    expect(model.getWeights()).toEqual(before);
    await model.dispose();
    expect(counts.held).toBe(0);
  });

  it("resumes from a backup to the bytes of one that ran through", async () => {
    const { runtime } = hostDevice(await graphs());
    const whole = network(runtime);
    const options = { batchSize, epochs: 2, verbose: 0 } as const;
    await whole.fit(x, oneHot, options);
    const backup = { backupDir: path("run") };
    const stop = new AbortController();
    const first = network(runtime);
    const halt: Callback = { logsOnly: true, onTrainBatchEnd: (batch) => void (batch === 1 && stop.abort()) };
    await expect(
      first.fit(x, oneHot, { ...options, backup, callbacks: [halt], signal: stop.signal }),
    ).rejects.toThrow(TrainingInterrupted);
    const second = network(runtime);
    await second.fit(x, oneHot, { ...options, backup, callbacks: [{ ...halt }] });
    expect(second.getWeights()).toEqual(whole.getWeights());
  });

  it("feeds batches where there is no room for all samples", async () => {
    const { runtime, counts } = hostDevice(await graphs());
    const small = { ...runtime, device: { ...runtime.device, mostBytes: 1000 } as Runtime["device"] };
    const found = await trained(small, {}, [watching]);
    const expected = await trained(await graphs());
    expectClose(found.history.loss as number[], expected.history.loss as number[], 1e-5);
    expect(counts.held).toBe(0);
  });
});
