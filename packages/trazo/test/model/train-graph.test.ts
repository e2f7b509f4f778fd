import { describe, expect, it } from "vitest";
import {
  divide,
  layers,
  nodeRuntime,
  type Optimizer,
  optimizers,
  regularizers,
  type Sequential,
  schedules,
  sequential,
  type Tensor,
  TrazoError,
  tensor,
} from "../../src/index.js";
import { takeRows } from "../../src/tensor.js";
import { noise, oneHot } from "./tiny.js";

const samples = 10;
const batchSize = 4;
const pixels = divide(
  tensor(
    "uint8",
    [samples, 6, 6, 1],
    Uint8Array.from(noise(samples * 36), (v) => 127 + 127 * v),
  ),
  255,
);
const targets = oneHot(
  Array.from({ length: samples }, (_, i) => (i * i) % 3),
  3,
);
const sampleWeight = Float32Array.from({ length: samples }, (_, i) => 0.5 + (i % 3));

/** Every kind of thing that a step does: convolution, moving averages, penalties, plain and weighted metrics. */
function network(optimizer: Optimizer, runtime: ReturnType<typeof nodeRuntime>): Sequential {
  const model = sequential(
    [
      layers.input({ shape: [6, 6, 1] }),
      layers.conv2d({
        filters: 3,
        kernelSize: 3,
        activation: "relu",
        kernelRegularizer: regularizers.l2(0.01),
      }),
      layers.batchNormalization({ momentum: 0.8 }),
      layers.averagePooling2d(),
      layers.flatten(),
      layers.dense({
        units: 5,
        activation: "tanh",
        kernelRegularizer: regularizers.l1l2({ l1: 0.003, l2: 0.002 }),
        activityRegularizer: regularizers.l2(0.01),
      }),
      layers.dense({ units: 3, activation: "softmax" }),
    ],
    { seed: 5, runtime },
  );
  model.compile({
    optimizer,
    loss: "categoricalCrossentropy",
    metrics: ["accuracy"],
    weightedMetrics: ["acc"],
  });
  return model;
}

interface Run {
  readonly losses: number[];
  readonly accuracies: number[];
  readonly weights: Float32Array[];
}

/** Trains for two epochs with nothing but the graph: each step's outputs are the next one's inputs. */
async function runGraph(model: Sequential, runtime: ReturnType<typeof nodeRuntime>): Promise<Run> {
  const { optimizer } = model;
  const session = await (await runtime).load(model.trainGraph({ inputDtype: "uint8", inputDivisor: 255 }));
  const { variables, trainableVariables } = model.definition;
  const state: Record<string, Tensor> = {};
  for (const { path, tensor } of variables) state[path] = { ...tensor, data: tensor.data.slice() };
  for (const { path, shape, size } of trainableVariables) {
    for (const slot of optimizer.slots)
      state[`${path}/${slot}`] = tensor("float32", shape, new Float32Array(size));
  }
  const losses: number[] = [];
  const accuracies: number[] = [];
  let iterations = 0;
  for (let epoch = 0; epoch < 2; epoch++) {
    const sums = { loss: 0, accuracy: 0 };
    for (let start = 0; start < samples; start += batchSize) {
      const rows = Array.from({ length: Math.min(batchSize, samples - start) }, (_, i) => start + i);
      const rate = optimizer.schedule ? optimizer.schedule.at(iterations) : optimizer.learningRate;
      const scalars = Object.entries(optimizer.scalarsAt(iterations, rate)).filter(
        ([name]) =>
          optimizer.scalars.includes(name) || (name === "learning_rate" && optimizer.weightDecay > 0),
      );
      const outputs = await session.run({
        x: takeRows(pixels, rows),
        y: takeRows(targets, rows),
        sample_weight: takeRows(tensor("float32", [samples], sampleWeight), rows),
        ...Object.fromEntries(
          scalars.map(([name, value]) => [name, tensor("float32", [], Float32Array.of(value))]),
        ),
        ...state,
      });
      for (const [name, value] of Object.entries(outputs)) {
        if (name.startsWith("next/")) state[name.slice(5)] = value;
      }
      sums.loss += Number(outputs.loss?.data[0]) * rows.length;
      sums.accuracy += Number(outputs["metric/accuracy"]?.data[0]);
      iterations++;
    }
    losses.push(sums.loss / samples);
    accuracies.push(sums.accuracy / samples);
  }
  await session.release();
  return { losses, accuracies, weights: variables.map(({ path }) => state[path]?.data as Float32Array) };
}

async function runFit(model: Sequential): Promise<Run> {
  const { history } = await model.fit(pixels, targets, {
    batchSize,
    epochs: 2,
    shuffle: false,
    sampleWeight,
    verbose: 0,
  });
  await model.dispose();
  return {
    losses: history.loss as number[],
    accuracies: history.accuracy as number[],
    weights: model.getWeights(),
  };
}

describe("trainGraph, run step by step, trains as fit does", () => {
  const cases: Record<string, () => Optimizer> = {
    adam: () => optimizers.adam({ learningRate: 0.01 }),
    "adam with amsgrad and a norm for all gradients": () =>
      optimizers.adam({ learningRate: 0.01, amsgrad: true, globalClipnorm: 0.5 }),
    "adamW on a schedule": () =>
      optimizers.adamW({
        learningRate: schedules.exponentialDecay({
          initialLearningRate: 0.02,
          decaySteps: 2,
          decayRate: 0.5,
        }),
        weightDecay: 0.1,
      }),
    sgd: () => optimizers.sgd({ learningRate: 0.1 }),
    "sgd with Nesterov momentum and a norm for each gradient": () =>
      optimizers.sgd({ learningRate: 0.05, momentum: 0.9, nesterov: true, clipnorm: 0.3 }),
    "centered RMSprop with momentum and clipped values": () =>
      optimizers.rmsprop({ learningRate: 0.005, momentum: 0.5, centered: true, clipvalue: 0.05 }),
  };

  for (const lowering of ["tiledGemm", "direct"] as const) {
    const runtime = nodeRuntime({ threads: 1, lowering });
    for (const [name, optimizer] of Object.entries(cases)) {
      it(`${name}, fit lowered by ${lowering}`, async () => {
        const graph = await runGraph(network(optimizer(), runtime), runtime);
        const fit = await runFit(network(optimizer(), runtime));
        for (const [epoch, loss] of fit.losses.entries()) {
          expect(Math.abs((graph.losses[epoch] as number) / loss - 1)).toBeLessThan(2e-6);
          expect(graph.accuracies[epoch]).toBeCloseTo(fit.accuracies[epoch] as number, 6);
        }
        for (const [k, weights] of fit.weights.entries()) {
          const other = graph.weights[k] as Float32Array;
          const distance = Math.hypot(...weights.map((w, i) => w - (other[i] as number)));
          expect(distance / (Math.hypot(...weights) + 1e-3), `weight ${k}`).toBeLessThan(1e-5);
        }
        // Training that changed nothing would agree too.
        const untrained = network(optimizer(), runtime).getWeights();
        for (const [k, weights] of fit.weights.entries()) expect(weights).not.toEqual(untrained[k]);
      });
    }
  }

  it("takes class numbers where the loss does", async () => {
    const runtime = nodeRuntime({ threads: 1 });
    const model = sequential([layers.dense({ units: 3, activation: "softmax", inputShape: [2] })], {
      seed: 1,
      runtime,
    });
    model.compile({
      optimizer: optimizers.sgd({ learningRate: 0.5 }),
      loss: "sparseCategoricalCrossentropy",
    });
    const x = tensor("float32", [3, 2], noise(6));
    const labels = tensor("float32", [3], Float32Array.of(2, 0, 1));
    const session = await (await runtime).load(model.trainGraph());
    const outputs = await session.run({
      x,
      y: labels,
      sample_weight: tensor("float32", [3], Float32Array.of(1, 1, 1)),
      learning_rate: tensor("float32", [], Float32Array.of(0.5)),
      ...Object.fromEntries(
        model.definition.variables.map(({ path, tensor }) => [
          path,
          { ...tensor, data: tensor.data.slice() },
        ]),
      ),
    });
    const { history } = await model.fit(x, labels, { verbose: 0 });
    expect(outputs.loss?.data[0]).toBeCloseTo(history.loss?.[0] as number, 6);
    const [kernel] = model.getWeights();
    for (const [i, w] of (kernel as Float32Array).entries()) {
      expect(outputs["next/dense/kernel"]?.data[i]).toBeCloseTo(w, 6);
    }
  });

  it.each([
    [{ inputDtype: "float16" as "float32" }, /^inputDtype must be one of float32, .* but is "float16"/],
    [{ inputDivisor: 0 }, /^inputDivisor must be a positive finite number, but is 0/],
    [{ inputDivisor: Number.NaN }, /^inputDivisor must be a positive finite number, but is NaN/],
  ])("refuses %o", (options, message) => {
    const model = network(optimizers.sgd(), nodeRuntime({ threads: 1 }));
    expect(() => model.trainGraph(options)).toThrow(TrazoError);
    expect(() => model.trainGraph(options)).toThrow(message);
  });
});
