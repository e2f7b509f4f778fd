import { describe, expect, it } from "vitest";
import {
  callbacks,
  imageDataGenerator,
  initializers,
  layers,
  loadMnist,
  loadModel,
  losses,
  metrics,
  nodeRuntime,
  openClassifier,
  optimizers,
  quantizeOnnx,
  readDigitImage,
  regularizers,
  schedules,
  sequential,
  splitIndices,
  TrazoError,
  tensor,
  trainTestSplit,
} from "../src/index.js";

type Make = (options: never) => unknown;

/** Whatever a factory cannot do without. */
const required: Readonly<Record<string, object>> = {
  csvLogger: { filename: "log.csv" },
  jsonLinesLogger: { filename: "log.jsonl" },
  learningRateScheduler: { schedule: () => 0.1 },
  modelCheckpoint: { filepath: "best.h5" },
  input: { shape: [4] },
  activation: { activation: "relu" },
  centerCrop: { height: 2, width: 2 },
  resizing: { height: 2, width: 2 },
  conv1d: { filters: 1, kernelSize: 1 },
  conv2d: { filters: 1, kernelSize: 1 },
  dense: { units: 1 },
  dropout: { rate: 0.1 },
  gaussianNoise: { stddev: 0.1 },
  randomBrightness: { factor: 0.1 },
  randomContrast: { factor: 0.1 },
  randomCrop: { height: 2, width: 2 },
  randomRotation: { factor: 0.1 },
  randomTranslation: { heightFactor: 0.1, widthFactor: 0.1 },
  randomZoom: { heightFactor: 0.1 },
  reshape: { targetShape: [4] },
  spatialDropout2d: { rate: 0.1 },
  cosineDecay: { initialLearningRate: 0.1, decaySteps: 1 },
  cosineDecayRestarts: { initialLearningRate: 0.1, firstDecaySteps: 1 },
  exponentialDecay: { initialLearningRate: 0.1, decaySteps: 1, decayRate: 0.5 },
  inverseTimeDecay: { initialLearningRate: 0.1, decaySteps: 1, decayRate: 0.5 },
  oneCycle: { maxLearningRate: 0.1, totalSteps: 1 },
  piecewiseConstantDecay: { boundaries: [1], values: [1, 0.1] },
  polynomialDecay: { initialLearningRate: 0.1, decaySteps: 1 },
};

/** What takes no object of options; `lambdaCallback` takes hooks, which have a test of their own, and some take other things first (see below). */
const withoutOptions = new Set([
  ...["terminateOnNaN", "meanSquaredError", "zeros", "ones", "l1", "l2", "accuracy"],
  ...["confusionMatrix", "formatConfusionMatrix", "lambdaCallback", "lambda"],
  ...["classificationReport", "formatClassificationReport", "rocCurve"],
  ...[
    "optimizerFrom",
    "serializeOptimizer",
    "deserializeOptimizer",
    "serializeSchedule",
    "deserializeSchedule",
  ],
  ...["defineOptimizer", "flush", "flushPositive", "flushedSquare"],
]);

const factories = Object.entries({
  ...callbacks,
  ...initializers,
  ...layers,
  ...losses,
  ...metrics,
  ...optimizers,
  ...regularizers,
  ...schedules,
}).filter(([name]) => !withoutOptions.has(name)) as [string, Make][];

const x = tensor("float32", [4, 2], new Float32Array(8));
const labels = tensor("uint8", [4], Uint8Array.of(0, 1, 0, 1));
const images = tensor("float32", [4, 2, 1, 1], new Float32Array(8));

const functions: [string, Make][] = [
  ["sequential", (options) => sequential([], options)],
  ["imageDataGenerator", imageDataGenerator],
  ["lambda", (options) => layers.lambda((value) => value, options)],
  ["classificationReport", (options) => metrics.classificationReport(labels, labels, options)],
  ["flow", (options) => imageDataGenerator().flow(images, images, options)],
  ["loadMnist", loadMnist],
  ["loadModel", (options) => loadModel("model.h5", options)],
  ["nodeRuntime", nodeRuntime],
  ["openClassifier", (options) => openClassifier("model.h5", options)],
  ["quantizeOnnx", (options) => quantizeOnnx(new Uint8Array(), options)],
  ["readDigitImage", (options) => readDigitImage("seven.png", options)],
  ["splitIndices", (options) => splitIndices(4, options)],
  ["trainTestSplit", (options) => trainTestSplit(x, options)],
];

async function refusal(make: Make, options: unknown): Promise<string> {
  try {
    await make(options as never);
  } catch (error) {
    expect(error).toBeInstanceOf(TrazoError);
    return (error as Error).message;
  }
  throw new Error("It was not refused.");
}

describe("an option that does not exist is refused by", () => {
  it.each([...factories, ...functions])("%s", async (name, make) => {
    const said = await refusal(make, { ...required[name], nonsense: 1 });
    expect(said).toMatch(/has no option "?nonsense"?/);
  });
});

describe("options that are no object are refused by", () => {
  it.each(factories)("%s", async (_, make) => {
    expect(await refusal(make, 0.1)).not.toBe("");
    expect(await refusal(make, null)).not.toBe("");
  });

  it.each(factories.filter(([name]) => name in required))("%s, which cannot do without", async (_, make) => {
    expect(await refusal(make, undefined)).not.toBe("");
  });
});

describe("an option in Python's spelling is refused with ours", () => {
  const cases: readonly (readonly [string, Make, object, string])[] = [
    ["earlyStopping", callbacks.earlyStopping, { restore_best_weights: true }, "restoreBestWeights"],
    ["reduceLROnPlateau", callbacks.reduceLROnPlateau, { min_lr: 1e-5 }, "minLr"],
    [
      "modelCheckpoint",
      callbacks.modelCheckpoint,
      { filepath: "a.h5", save_best_only: true },
      "saveBestOnly",
    ],
    ["adam", optimizers.adam, { beta_1: 0.5 }, "beta1"],
    ["categoricalCrossentropy", losses.categoricalCrossentropy, { from_logits: true }, "fromLogits"],
    ["l1l2", regularizers.l1l2, { L2: 0.1 }, "l2"],
    ["topKAccuracy", metrics.topKAccuracy, { K: 3 }, "k"],
    ["trainTestSplit", (options) => trainTestSplit(x, options), { test_size: 0.5 }, "testSize"],
  ];
  it.each(cases)("%s", async (_, make, options, name) => {
    expect(await refusal(make, options)).toContain(`Did you mean ${name}?`);
  });
});
