import { describe, expect, it } from "vitest";
import { batch } from "../../src/graph/shape.js";
import {
  apply,
  constraints,
  defineLoss,
  type Layer,
  type Loss,
  layers,
  losses,
  type Metric,
  model,
  nodeRuntime,
  type Optimizer,
  ops,
  optimizers,
  type Runtime,
  regularizers,
  Sequential,
  type Tensor,
  tensor,
  type Value,
} from "../../src/index.js";
import * as lossesByName from "../../src/losses/built-in.js";
import * as metricsByName from "../../src/metrics/built-in.js";
import { evaluateComputation, lossShape, trainComputation } from "../../src/model/graphs.js";
import { namedObjective } from "../../src/network/objective.js";
import * as optimizersByName from "../../src/optimizers/built-in.js";
import { recognized } from "../../src/plan/compile.js";
import { everyOperator } from "../../src/plan/operators/rare.js";
import type { Regularizer } from "../../src/regularizers/index.js";
import { relativeError } from "../lowering/compare.js";
import { noise } from "../optimizers/flat.js";
import { expectWeights, planned } from "./planned.js";
import { dataFor, type Ending, endings, networkWith, trained } from "./scores.js";

type Make<T> = (options?: object) => T;

const factories = <T>(built: Readonly<Record<string, unknown>>): (readonly [string, Make<T>])[] =>
  Object.entries(built).flatMap(([name, make]) =>
    typeof make === "function" ? [[name, make as Make<T>] as const] : [],
  );
const everyLoss = factories<Loss>(lossesByName);
const everyMetric = factories<Metric>(metricsByName);
const isSparse = (name: string): boolean =>
  name.startsWith("sparse") || name === "categoricalGeneralizedCrossEntropy";
const takesNumbers = ({ targetShape }: Loss): boolean => targetShape([batch, 2]).length === 1;

/** Metrics for rows of classes or of values, of which there is one for each sample. */
const ofRowsOnly = new Set(["f1Score", "fBetaScore", "r2Score"]);

/** Options of metrics that have no defaults for them. */
function optionsFor(name: string, ending: Ending): object {
  const classes = endings[ending].shape.at(-1) as number;
  const areNumbers = classes < 2;
  const areRows = name.startsWith("oneHot")
    ? { sparseYPred: areNumbers }
    : { sparseYPred: areNumbers, sparseYTrue: areNumbers };
  const least = { recall: 0.5, precision: 0.5, specificity: 0.5, sensitivity: 0.5 };
  const at = /At(Recall|Precision|Specificity|Sensitivity)$/.exec(name)?.[1]?.toLowerCase();
  if (at) return { [at]: least[at as keyof typeof least] };
  if (!/iou$/i.test(name) || name === "binaryIoU") return {};
  const chosen = name.includes("ean") ? {} : { targetClassIds: [0] };
  return { numClasses: Math.max(2, classes), ...areRows, ...chosen };
}

/** Losses that refuse a single number for each sample, which cannot tell classes apart. */
const ofClassesOnly = new Set(["categoricalCrossentropy", "categoricalFocalCrossentropy"]);

interface Case {
  readonly ending: Ending;
  readonly name: string;
  readonly loss: Loss;
  readonly metric?: Metric;
}

const cases = (Object.keys(endings) as Ending[]).flatMap((ending): Case[] => {
  const { shape } = endings[ending];
  const isFit = (name: string): boolean =>
    (!isSparse(name) || shape.at(-1) !== 1) && !(ofRowsOnly.has(name) && shape.length > 1);
  return [
    ...everyLoss
      .filter(([name]) => isFit(name) && !(ofClassesOnly.has(name) && shape.at(-1) === 1))
      .map(([name, make]) => ({ ending, name: `the loss ${name}`, loss: make() })),
    ...everyMetric
      .filter(([name]) => isFit(name))
      .map(([name, make]) => ({
        ending,
        name: `the metric ${name}`,
        loss: isSparse(name) ? losses.sparseCategoricalCrossentropy() : losses.meanSquaredError(),
        metric: make(optionsFor(name, ending)),
      })),
  ];
});
const named = (some: readonly Case[]) => some.map((one) => [one.name, one.ending, one] as const);

/** Operators of a training step and of an evaluation that the plan leaves to graphs. */
function leftOver(
  { ending, loss, metric }: Case,
  dtype: "float32" | "uint8" | "int32" | "int64",
  areWeighted = false,
): string[] {
  const { definition } = networkWith(ending);
  const measured = metric ? [metric] : [];
  const objective = namedObjective(
    ["y"],
    [{ loss, lossWeight: 0.5, metrics: measured, weightedMetrics: measured }],
  );
  const predictions = [batch, ...endings[ending].shape];
  const type = { dtype, shape: loss.targetShape(predictions) };
  const places = lossShape(loss, type, predictions).slice(1) as number[];
  const targets = [{ ...type, weighted: areWeighted ? places : [] }];
  return [trainComputation, evaluateComputation].flatMap((computation) => {
    const asked = computation(definition, objective, { dtype: "float32", divisor: 1 }, targets);
    const { parts } = recognized(asked, everyOperator);
    return parts.flatMap((part) => (part.kind === "island" ? part.island.nodes.map(({ op }) => op) : []));
  });
}

describe("the plan computes itself, with sample weights and targets of any kind,", () => {
  it.each(named(cases))("%s of %s", (_, __, one) => {
    for (const dtype of ["float32", "uint8", "int32", "int64"] as const)
      expect(leftOver(one, dtype), dtype).toEqual([]);
  });

  it.each(named(cases.filter(({ ending }) => ending.endsWith("per pixel"))))(
    "%s of %s that are weighted each",
    (_, __, one) => {
      expect(leftOver(one, "uint8", true)).toEqual([]);
    },
  );
});

/**
 * Where rounding decides: a vector of one number has one direction and no correlation, and quotients by nearly 0 have no digits in
 * common. Powers of values below 0 are no numbers.
 */
const isIllPosed = ({ ending, name }: Case): boolean =>
  (endings[ending].shape.at(-1) === 1 && /cosineSimilarity|Correlation/.test(name)) ||
  (ending === "several values" &&
    /loss (meanAbsolutePercentageError|poisson|categoricalGeneralized|dice|tversky)|metric poisson/.test(
      name,
    ));

const byPlan = await planned(1);
const byGraph = await nodeRuntime({ threads: 1, engine: "graph" });

describe("after 20 steps the plan has the weights, the history and the scores that graphs have: with", () => {
  it.each(named(cases.filter((one) => !isIllPosed(one))))("%s of %s", async (_, ending, { loss, metric }) => {
    const data = dataFor(ending, 15, takesNumbers(loss), metric ? "uint8" : "float32");
    const goal = { loss, metrics: metric ? [metric] : [] };
    const wanted = await trained(networkWith(ending, byGraph), goal, data);
    const got = await trained(networkWith(ending, byPlan), goal, data);
    expectWeights(got.weights, wanted.weights, 1e-5);
    for (const [key, values] of Object.entries(wanted.history))
      expect(relativeError(got.history[key] as number[], values as number[]), key).toBeLessThan(1e-5);
    for (const [key, value] of Object.entries(wanted.scores))
      expect(relativeError([got.scores[key] as number], [value as number]), key).toBeLessThan(1e-5);
  });
});

/** Of the pixels that are of a class or are found to be, the share that are both: the mean over the classes. */
const meanIou: Metric = {
  name: "mean_iou",
  keras: "mean_iou",
  init: (shape) => new Array<number>(2 * (shape.at(-1) as number)).fill(0),
  update(targets, predictions, sampleWeight) {
    const classes = predictions.shape.at(-1) as number;
    const found = ops.oneHot(ops.argMax(predictions), classes, "float32");
    const truth = ops.oneHot(targets, classes, "float32");
    const weight = ops.reshape(sampleWeight, [batch, 1, 1, 1]);
    const sum = (x: Value): Value => ops.reduceSum(ops.mul(x, weight), { axes: [0, 1, 2] });
    return ops.concat([sum(ops.mul(found, truth)), sum(ops.maximum(found, truth))], 0);
  },
  result(state) {
    const classes = state.length / 2;
    const shares = Array.from({ length: classes }, (_, i) => (state[i] ?? 0) / (state[classes + i] || 1));
    return shares.reduce((a, b) => a + b, 0) / classes;
  },
};

/** Tversky's index of a whole batch: what is found wrongly counts less than what is missed. */
const tversky = defineLoss({
  className: "Tversky",
  options: {},
  create: () => ({
    call(targets, predictions) {
      const y = ops.cast(targets, "float32");
      const hits = ops.reduceSum(ops.mul(y, predictions));
      const alarms = ops.reduceSum(ops.mul(ops.sub(1, y), predictions));
      const misses = ops.reduceSum(ops.mul(y, ops.sub(1, predictions)));
      const all = ops.add(ops.add(hits, 1), ops.add(ops.mul(alarms, 0.3), ops.mul(misses, 0.7)));
      return ops.expandLike(ops.sub(1, ops.div(ops.add(hits, 1), all)), ops.slice(y, -1, 0, 1));
    },
  }),
});

const side = 24;

/** Finds classes of pixels, and says how many pixels there are of the first. */
function segmentation(runtime: Runtime, kernelRegularizer?: Regularizer) {
  const convolution = (filters: number): Layer =>
    layers.conv2d({
      filters,
      kernelSize: 3,
      padding: "same",
      activation: "relu",
      ...(kernelRegularizer && { kernelRegularizer }),
    });
  const x = layers.input({ shape: [side, side, 3] });
  const fine = apply(convolution(8), x);
  const coarse = apply(convolution(12), apply(layers.maxPooling2d(), fine));
  const up = layers.conv2dTranspose({ filters: 8, kernelSize: 2, strides: 2, activation: "relu" });
  const both = apply(layers.concatenate(), [apply(up, coarse), fine]);
  const activityRegularizer = regularizers.l2(1e-4);
  const pixels = layers.conv2d({
    ...{ filters: 3, kernelSize: 1, activation: "softmax", name: "pixels", activityRegularizer },
  });
  const share = layers.dense({ units: 1, activation: "sigmoid", name: "share" });
  const outputs = [apply(pixels, both), apply(share, apply(layers.globalAveragePooling2d(), coarse))];
  return model({ inputs: x, outputs, seed: 3, runtime });
}

const count = 10;
const random = noise(3);
const images = tensor(
  "float32",
  [count, side, side, 3],
  Float32Array.from({ length: count * side ** 2 * 3 }, random),
);
const labels = Uint8Array.from({ length: count * side ** 2 }, (_, i) =>
  (images.data[3 * i] as number) > 0.2 ? 2 : i % 2,
);
const targets = {
  pixels: tensor("uint8", [count, side, side], labels),
  share: tensor(
    "float32",
    [count, 1],
    Float32Array.from({ length: count }, (_, i) => (i % 3) / 2),
  ),
};
const sampleWeight = Float32Array.from({ length: count }, (_, i) => 0.5 + (i % 4) / 2);

interface Training {
  readonly optimizer?: Optimizer;
  readonly regularizer?: Regularizer;
  readonly pixelLoss?: string | Loss;
}

/** Steps on whole and partial batches, an evaluation, and predictions. */
async function segment(
  runtime: Runtime,
  { optimizer = optimizers.sgd(), regularizer, pixelLoss = "sparseCategoricalCrossentropy" }: Training = {},
) {
  const net = segmentation(runtime, regularizer);
  net.compile({
    optimizer,
    loss: { pixels: pixelLoss, share: "binaryCrossentropy" },
    lossWeights: { pixels: 1, share: 0.3 },
    metrics: { pixels: ["accuracy", meanIou], share: ["mae"] },
    weightedMetrics: { pixels: ["sparseTopKCategoricalAccuracy"] },
  });
  const weights = { pixels: sampleWeight, share: sampleWeight };
  const settings = { batchSize: 4, sampleWeight: weights, verbose: 0 } as const;
  const { history } = await net.fit(images, targets, { ...settings, epochs: 3 });
  const scores = await net.evaluate(images, targets, settings);
  const predictions = await net.predict(images, { batchSize: 4 });
  const result = { history, scores, predictions, weights: net.getWeights() };
  await net.dispose();
  return result;
}

/** A runtime that refuses to run anything as a graph. */
function withoutGraphs(runtime: Runtime): Runtime {
  const refuse = (): never => {
    throw new Error("This was left to a graph.");
  };
  const { plan } = runtime;
  if (!plan) throw new Error("The runtime has no plans.");
  return {
    name: runtime.name,
    lowering: runtime.lowering,
    load: async () => refuse(),
    plan: {
      choice: "whenFaster",
      cache: plan.cache,
      scratchBytes: plan.scratchBytes,
      blas: (memory, scratch) => {
        const blas = plan.blas(memory, scratch);
        return { product: (shape) => blas.product(shape), graph: refuse, release: () => blas.release() };
      },
      pause: () => plan.pause(),
    },
  };
}

describe("no part of a training, an evaluation or a prediction of pixels is run as a graph", () => {
  const alone = withoutGraphs(byPlan);
  it.each(factories<Optimizer>(optimizersByName))("with the optimizer %s", async (_, make) => {
    const { history } = await segment(alone, { optimizer: make() });
    expect((history.loss as number[]).every(Number.isFinite)).toBe(true);
  });

  const options: Readonly<Record<string, Training>> = {
    "gradients clipped by norm": { optimizer: optimizers.adam({ clipnorm: 1 }) },
    "gradients clipped together": { optimizer: optimizers.adam({ globalClipnorm: 1 }) },
    "gradients clipped by value": { optimizer: optimizers.adam({ clipvalue: 0.1 }) },
    "moving averages of weights": { optimizer: optimizers.adam({ useEma: true }) },
    "gradients of several batches": { optimizer: optimizers.adam({ gradientAccumulationSteps: 2 }) },
    "an L1 penalty": { regularizer: regularizers.l1(1e-4) },
    "an L2 penalty": { regularizer: regularizers.l2(1e-4) },
  };
  it.each(Object.entries(options))("with %s", async (_, training) => {
    const { history } = await segment(alone, training);
    expect((history.loss as number[]).every(Number.isFinite)).toBe(true);
  });

  it("with a loss of one's own, and gives what graphs give", async () => {
    const [x, y] = [images, targets.pixels];
    const train = async (runtime: Runtime) => {
      const net = segmentation(runtime);
      net.compile({ optimizer: optimizers.sgd(), loss: { pixels: tversky({}), share: null } });
      const hot = tensor(
        "float32",
        [count, side, side, 3],
        Float32Array.from({ length: y.data.length * 3 }, (_, i) =>
          Number(i % 3 === y.data[Math.floor(i / 3)]),
        ),
      );
      const { history } = await net.fit(x, { pixels: hot }, { batchSize: 4, epochs: 7, verbose: 0 });
      const result = { history, weights: net.getWeights() };
      await net.dispose();
      return result;
    };
    const [got, wanted] = [await train(alone), await train(byGraph)];
    expectWeights(got.weights, wanted.weights, 1e-5);
    expect(relativeError(got.history.loss as number[], wanted.history.loss as number[])).toBeLessThan(1e-5);
  });

  it("except for weights with constraints, of which there are few numbers", async () => {
    const net = new Sequential(
      [layers.input({ shape: [4] }), layers.dense({ units: 200, kernelConstraint: constraints.maxNorm() })],
      { runtime: alone },
    );
    net.compile({ optimizer: "sgd", loss: "mse" });
    const [x, y] = [4, 200].map((size) => tensor("float32", [2, size], new Float32Array(2 * size)));
    await expect(net.fit(x as Tensor, y as Tensor, { verbose: 0 })).rejects.toThrow("left to a graph");
  });
});

describe("a training of pixels with sample weights and several outputs", () => {
  it("is the one that graphs give", async () => {
    const [got, wanted] = [await segment(byPlan), await segment(byGraph)];
    expectWeights(got.weights, wanted.weights, 1e-5);
    for (const [key, values] of Object.entries(wanted.history))
      expect(relativeError(got.history[key] as number[], values as number[]), key).toBeLessThan(1e-5);
  });

  it("has the same bytes every time, with one thread and with two, which differ by rounding", async () => {
    const two = await planned(2);
    const [first, second] = [await segment(byPlan), await segment(two)];
    expect(await segment(byPlan)).toEqual(first);
    expect(await segment(two)).toEqual(second);
    expect(second.weights).not.toEqual(first.weights);
    expectWeights(second.weights, first.weights, 1e-5);
  });
});
