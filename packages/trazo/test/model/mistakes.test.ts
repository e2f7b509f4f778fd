import { describe, expect, it } from "vitest";
import {
  apply,
  type Callback,
  callbacks,
  defineLoss,
  divide,
  type FitOptions,
  imageDataGenerator,
  layers,
  model,
  ops,
  optimizers,
  schedules,
  sequential,
  sliceRows,
  takeRows,
  tensor,
  toCategorical,
  trainTestSplit,
  type Value,
} from "../../src/index.js";
import { noise } from "./tiny.js";

const images = tensor("float32", [6, 4, 4, 1], noise(96, 1));
const labels = tensor("uint8", [6], [0, 1, 2, 0, 1, 2]);
const classes = toCategorical(labels, 3);

function classifier(options: object = {}) {
  const net = sequential(
    [
      layers.flatten({ inputShape: [4, 4, 1] }),
      layers.dense({ units: 3, activation: "softmax", name: "digit" }),
    ],
    { seed: 1 },
  );
  net.compile({ loss: "categoricalCrossentropy", ...options });
  return net;
}

const fitting = (options: object) => () =>
  classifier().fit(images, classes, { verbose: 0, ...(options as FitOptions) });

async function messageOf(use: () => unknown): Promise<string> {
  try {
    await use();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("It was accepted.");
}

describe("a mistake is told with what to do", () => {
  const input = layers.input({ shape: [3] });
  const shared = apply(layers.dense({ units: 3 }), input);
  const varier = imageDataGenerator({});
  const flow = () => imageDataGenerator({}).flow(images, classes);
  const withLoss = (call: (targets: Value, predictions: Value) => unknown) =>
    classifier({
      loss: defineLoss({ className: "Own", options: {}, create: () => ({ call: call as never }) })(),
    });

  it.each<[what: string, use: () => unknown, said: RegExp]>([
    ["a number in quotes", fitting({ batchSize: "32" }), /at least 1, but got "32"\.$/],
    ["a divisor in quotes", () => divide(images, "255" as never), /but got "255"\.$/],
    ["a list that is divided", () => divide([1, 2] as never, 255), /^divide: .* must be a tensor/],
    [
      "data that is not awaited",
      () => classifier().fit(Promise.resolve(images) as never, classes),
      /a promise, which has to be awaited\.$/,
    ],
    [
      "a callback that is not called",
      fitting({ callbacks: [callbacks.earlyStopping] }),
      /^callbacks\[0\] must be a callback, but is the function EarlyStopping, which has to be called\.$/,
    ],
    [
      "an optimizer that is not called",
      () => classifier({ optimizer: optimizers.adam }),
      /but got the function Adam, which has to be called\./,
    ],
    [
      "an activation that is a layer",
      () => layers.dense({ units: 2, activation: layers.reLU() as never }),
      /^Dense activation must be a name such as "relu", but got an object of class ReLU\./,
    ],
    [
      "a dense layer on a large picture's every pixel",
      () =>
        sequential([
          layers.input({ shape: [224, 224, 64] }),
          layers.flatten(),
          layers.dense({ units: 1024 }),
        ]),
      /^Layer 2 "dense": Dense: its kernel \[3211264, 1024\] would have 3,288,334,336 numbers; .* by pooling or strides/,
    ],
    [
      "a single sample without a batch",
      () => classifier().predict(tensor("float32", [4, 4, 1], noise(16, 3))),
      /A single sample has the shape \[1, 4, 4, 1\]\.$/,
    ],
    ...(["categorical", "sparseCategorical", "categoricalFocal"] as const).map(
      (loss): [string, () => unknown, RegExp] => [
        `classes of one number: ${loss}`,
        () => {
          const net = sequential([layers.flatten({ inputShape: [4, 4, 1] }), layers.dense({ units: 1 })]);
          net.compile({ loss: `${loss}Crossentropy` });
          const zeros = new Float32Array(6);
          return net.fit(images, tensor("float32", loss === "sparseCategorical" ? [6] : [6, 1], zeros));
        },
        /^fit: \w+_crossentropy compares classes, but the model gives one number for each sample or place, .* binaryCrossentropy and a sigmoid/,
      ],
    ),
    ["a signal that is none", fitting({ signal: 3 }), /^signal must be an AbortSignal, .* but got 3\.$/],
    [
      "one-hot targets for a loss of class numbers",
      () => classifier({ loss: "sparseCategoricalCrossentropy" }).fit(images, classes),
      /For one-hot targets use categoricalCrossentropy\.$/,
    ],
    ["targets beside a flow", () => classifier().fit(flow() as never, classes), /bring their own targets/],
    [
      "targets beside a flow that is evaluated",
      () => classifier().evaluate(flow() as never, classes),
      /^evaluate: .* bring their own targets/,
    ],
    [
      "two losses for one output",
      () => classifier({ loss: ["mse", "mse"] }),
      /but the model has 1 output: digit\.$/,
    ],
    ["layers without brackets", () => sequential(layers.flatten() as never), /must be a list, in brackets/],
    [
      "a model of nothing",
      () => (model as () => unknown)(),
      /^model takes .*\{ inputs, outputs \}, but got nothing\.$/,
    ],
    ["a model without outputs", () => model({ inputs: input } as never), /\{ inputs, outputs \}/],
    [
      "a model as Keras writes it",
      () => (model as (...given: unknown[]) => unknown)(input, shared),
      /\{ inputs, outputs \}/,
    ],
    [
      "a split by true",
      () => trainTestSplit(images, { stratify: true as never }),
      /^stratify takes .* but got true\.$/,
    ],
    [
      "a row that is not there",
      () => takeRows(images, [99]),
      /^takeRows: there is no row 99: .* rows 0 to 5\.$/,
    ],
    ["a part of a row", () => sliceRows(images, 0, 1.5), /^sliceRows needs integers .* but got 1\.5\.$/],
    [
      "a loss of one number for the whole batch",
      () => withLoss((_, predictions) => ops.reduceSum(predictions)).fit(images, classes),
      /^The loss "own" must give one number for each sample, of shape \[batch\], but gives one number for all of them\.$/i,
    ],
    [
      "a loss of nothing",
      () => withLoss(() => undefined).fit(images, classes),
      /must give one number for each sample, of shape \[batch\], but gives nothing\.$/,
    ],
    [
      "boundaries that shrink",
      () => schedules.piecewiseConstantDecay({ boundaries: [5, 2], values: [1, 2, 3] }),
      /^PiecewiseConstantDecay: the boundaries must grow/,
    ],
    ["epoch for epochs", fitting({ epoch: 3 }), /Did you mean epochs\?$/],
    ["unit for units", () => layers.dense({ unit: 3 } as never), /Did you mean units\?$/],
    [
      "rotation for rotationRange",
      () => imageDataGenerator({ rotation: 3 } as never),
      /Did you mean rotationRange\?$/,
    ],
    [
      "an optimizer with a letter missing",
      () => classifier({ optimizer: "adm" }),
      /Did you mean Adam\? Known: /,
    ],
    [
      "a metric with a letter wrong",
      () => classifier({ metrics: ["acurracy"] }),
      /Did you mean accuracy\? Supported: /,
    ],
    [
      "an activation with a letter too many",
      () => layers.dense({ units: 1, activation: "rellu" }),
      /Did you mean relu\? Known: /,
    ],
    [
      "a generator for its flow",
      () => classifier().fit(varier as never, classes),
      /^fit: .*but got an image generator, of which generator\.flow/,
    ],
    [
      "a generator that is evaluated",
      () => classifier().evaluate(varier as never, classes),
      /^evaluate: .*but got an image generator, of which generator\.flow/,
    ],
    [
      "a generator to predict from",
      () => classifier().predict(varier as never),
      /^predict: .*but got an image generator, of which generator\.flow/,
    ],
    [
      "a generator to validate with",
      fitting({ validationData: varier }),
      /^validationData is .*but got an image generator, of which generator\.flow/,
    ],
    [
      "a number for a callback",
      fitting({ callbacks: [3 as unknown as Callback] }),
      /^callbacks\[0\] must be a callback, but is 3\.$/,
    ],
  ])("%s", async (_, use, said) => {
    expect(await messageOf(use)).toMatch(said);
  });

  it("and no name is proposed where several are as near, or none is", () => {
    expect(() => layers.dense({ unts: 3, units: 1 } as never)).toThrow("Did you mean units?");
    expect(() => layers.dense({ bias: 3, units: 1 } as never)).toThrow(/Known options: /);
    expect(() => layers.dense({ kernel: 3, units: 1 } as never)).toThrow(/Known options: /);
  });
});

it("an advice on the learning rate is not given where the data are wrong", async () => {
  const broken = tensor("float32", [6, 4, 4, 1], Float32Array.from(images.data).fill(Number.NaN, 20, 21));
  const said = await messageOf(() =>
    classifier().fit(broken, classes, { verbose: 0, stopOnNonFinite: true }),
  );
  expect(said).toMatch(/they hold NaN at .*Look at the data/);
  expect(said).not.toContain("A smaller learning rate");
});

describe("the rows of a slice", () => {
  it("beyond the last are left out, and negative places count from the end, as in JavaScript's slice", () => {
    const rows = tensor(
      "float32",
      [3, 2],
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
    );
    for (const [start, end] of [
      [2, 9],
      [-2, -1],
      [-9, 2],
      [2, 1],
      [5, 9],
    ] as const) {
      const { shape, data } = sliceRows(rows, start, end);
      expect([shape, [...data]]).toEqual([
        [[1, 2, 3].slice(start, end).length, 2],
        [
          [1, 2],
          [3, 4],
          [5, 6],
        ]
          .slice(start, end)
          .flat(),
      ]);
    }
  });

  it("of the last batch are those that are left: a generator may ask for more", async () => {
    const net = classifier();
    const batches = () =>
      [0, 4].map((at) => ({ x: sliceRows(images, at, at + 4), y: sliceRows(classes, at, at + 4) }));
    const { history } = await net.fit(batches, { verbose: 0 });
    expect(history.loss).toHaveLength(1);
  });
});
