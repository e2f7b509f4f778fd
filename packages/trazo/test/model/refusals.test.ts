import { describe, expect, it } from "vitest";
import {
  type Callback,
  type CompileOptions,
  callbacks,
  type FitOptions,
  type Layer,
  layers,
  losses,
  metrics,
  optimizers,
  schedules,
  sequential,
  type Tensor,
  TrazoError,
  tensor,
} from "../../src/index.js";
import { column, noise, oneHot, smallData, smallNet } from "./tiny.js";

const [x, y] = smallData(4);

function classifier(loss = "categoricalCrossentropy") {
  const model = smallNet();
  model.compile({ optimizer: "sgd", loss, metrics: ["accuracy"] });
  return model;
}

/** Everything that is refused is refused for people: a TrazoError that says what and where. */
async function refusal(attempt: () => unknown): Promise<string> {
  try {
    await attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(TrazoError);
    return (error as Error).message;
  }
  throw new Error("It was not refused.");
}

describe("fit refuses", () => {
  const cases: readonly (readonly [string, FitOptions, RegExp])[] = [
    [
      "a batch size of NaN",
      { batchSize: Number.NaN },
      /^batchSize must be an integer of at least 1, but got NaN/,
    ],
    ["a batch size of 0", { batchSize: 0 }, /^batchSize .* got 0/],
    ["half an epoch", { epochs: 1.5 }, /^epochs .* got 1.5/],
    ["an initial epoch of NaN", { initialEpoch: Number.NaN }, /^initialEpoch .* got NaN/],
    ["no steps", { stepsPerEpoch: 0 }, /^stepsPerEpoch .* got 0/],
    [
      "a validation batch size of NaN",
      { validationBatchSize: Number.NaN },
      /^validationBatchSize .* got NaN/,
    ],
    ["validation steps below 1", { validationSteps: -1 }, /^validationSteps .* got -1/],
    ["a validation split of NaN", { validationSplit: Number.NaN }, /^validationSplit .* got NaN/],
    ["a validation split of 1", { validationSplit: 1 }, /^validationSplit .* got 1/],
    [
      "a split that leaves a side empty",
      { validationSplit: 0.99 },
      /^validationSplit 0.99 of 4 samples leaves one side/,
    ],
    ["a validation frequency of 0", { validationFreq: 0 }, /^validationFreq .* got 0/],
    ["an epoch 0 to validate after", { validationFreq: [0, 2] }, /^Each epoch of validationFreq .* got 0/],
    ["another verbosity", { verbose: 3 as 2 }, /^verbose must be 0, 1 or 2, but got 3/],
    ["too few sample weights", { sampleWeight: [1, 2] }, /^fit: there are 4 inputs but 2 sample weights/],
    [
      "a sample weight of NaN",
      { sampleWeight: [1, 1, Number.NaN, 1] },
      /^fit: the weight of sample 2 is NaN/,
    ],
    ["a class weight of NaN", { classWeight: { 1: Number.NaN } }, /^classWeight: .* got 1: NaN\./],
    ["a negative class weight", { classWeight: { 1: -1 } }, /^classWeight: .* got 1: -1\./],
    [
      "a class that is no number",
      { classWeight: { cat: 1 } as unknown as Record<number, number> },
      /^classWeight: .* got cat: 1\./,
    ],
    [
      "a class that the model does not have",
      { classWeight: { 7: 2 } },
      /^classWeight names class 7, but the classes are 0 to 2/,
    ],
    [
      "class weights in a map",
      { classWeight: new Map([[0, 2]]) as unknown as Record<number, number> },
      /^classWeight is an object of weights/,
    ],
    [
      "Keras's shuffling of batches",
      { shuffle: "batch" as unknown as boolean },
      /^shuffle must be true or false, but got "batch"/,
    ],
    [
      "a callback that is not in a list",
      { callbacks: callbacks.terminateOnNaN() as unknown as Callback[] },
      /^callbacks must be a list, in brackets, but got an object with /,
    ],
    [
      "validation data as an object",
      { validationData: { x, y } as unknown as [Tensor, Tensor] },
      /^validationData is a list, \[x, y\] or .* but got an object with x, y/,
    ],
    [
      "validation data without targets",
      { validationData: [x] as unknown as [Tensor, Tensor] },
      /^validationData: the targets must be a tensor, .* but got nothing/,
    ],
    [
      "an option in Python's spelling",
      { batch_size: 2 } as FitOptions,
      /^fit has no option "batch_size". Did you mean batchSize\?/,
    ],
    [
      "an option that it does not have",
      { workers: 2 } as FitOptions,
      /^fit has no option "workers". Known options: batch/,
    ],
    [
      "validation images of another shape",
      { validationData: [tensor("float32", [4, 5, 4, 1], new Float32Array(80)), y] },
      /^validationData: the model takes samples of shape \[4, 4, 1\], but the data has \[5, 4, 1\]/,
    ],
    [
      "validation targets of another width, before it trains",
      { validationData: [x, oneHot([0, 1, 2, 3], 4)] },
      /^validationData: categorical_crossentropy needs targets of shape \[batch, 3\] .* got \[batch, 4\]/,
    ],
    [
      "validation data of two lengths",
      { validationData: [x, oneHot([0, 1], 3)] },
      /^validationData: there are 4 inputs but 2 targets/,
    ],
    [
      "a callback that is none",
      { callbacks: [undefined as unknown as Callback] },
      /^callbacks\[0\] must be a callback, but is nothing/,
    ],
    [
      "a hook in Python's spelling",
      { callbacks: [{}, { on_epoch_end() {} } as Callback] },
      /^callbacks\[1\] has a hook "on_epoch_end", which is never called. Did you mean onEpochEnd\?/,
    ],
    [
      "a hook that is misspelled in a class",
      {
        callbacks: [
          new (class {
            onEpochEnds(): void {}
          })() as Callback,
        ],
      },
      /^callbacks\[0\] has a hook "onEpochEnds", .* Known hooks: onEpochBegin/,
    ],
    [
      "a hook that cannot be called",
      { callbacks: [{ onEpochEnd: 3 } as unknown as Callback] },
      /^callbacks\[0\]: onEpochEnd must be a function, but is 3/,
    ],
  ];

  it.each(cases)("%s", async (_, options, message) => {
    const model = classifier();
    const before = model.getWeights();
    expect(await refusal(() => model.fit(x, y, { verbose: 0, ...options }))).toMatch(message);
    expect(model.getWeights()).toEqual(before);
  });

  it("a model that is not compiled", async () => {
    expect(await refusal(() => smallNet().fit(x, y))).toMatch(
      /^fit needs a compiled model: call model.compile/,
    );
    expect(await refusal(() => smallNet().evaluate(x, y))).toMatch(/^evaluate needs a compiled model/);
    expect(await refusal(() => smallNet().trainGraph())).toMatch(/^trainGraph needs a compiled model/);
  });

  const dataCases: readonly (readonly [string, Tensor, Tensor, RegExp])[] = [
    [
      "images without channels",
      tensor("float32", [4, 4, 4], noise(64)),
      y,
      /fit: the model takes .*\[4, 4, 1\].*\[4, 4\]/,
    ],
    ["no samples", tensor("float32", [0, 4, 4, 1], noise(0)), oneHot([], 3), /^fit: the data has no samples/],
    ["fewer targets than inputs", x, oneHot([0, 1], 3), /^fit: there are 4 inputs but 2 targets/],
    [
      "class numbers for one-hot targets, and says what to do",
      x,
      tensor("uint8", [4], Uint8Array.of(0, 1, 2, 0)),
      /^fit: categorical_crossentropy needs targets of shape \[batch, 3\].*toCategorical/,
    ],
    [
      "no targets",
      x,
      undefined as unknown as Tensor,
      /^fit: the targets must be a tensor, .* but got nothing/,
    ],
    [
      "targets in a plain list",
      x,
      [1, 2, 3] as unknown as Tensor,
      /^fit: the targets must be a tensor, .* but got a list of 3/,
    ],
    ["no inputs", undefined as unknown as Tensor, y, /^fit: the inputs must be a tensor, .* but got nothing/],
    ["scaled targets", x, { ...y, divisor: 255 }, /^fit: targets cannot be scaled/],
  ];
  it.each(dataCases)("%s", async (_, inputs, targets, message) => {
    expect(await refusal(() => classifier().fit(inputs, targets, { verbose: 0 }))).toMatch(message);
  });

  it("a class beyond the two of a single output", async () => {
    const model = sequential([layers.dense({ units: 1, activation: "sigmoid", inputShape: [1] })]);
    model.compile({ loss: "binaryCrossentropy" });
    const one = column([1]);
    expect(await refusal(() => model.fit(one, one, { classWeight: { 2: 1 }, verbose: 0 }))).toMatch(
      /^classWeight names class 2, but the classes are 0 to 1/,
    );
  });

  it("to run twice at once, and anything that would change what it works with", async () => {
    const model = classifier();
    const straight = classifier();
    await straight.fit(x, y, { epochs: 2, verbose: 0 });
    const running = model.fit(x, y, { epochs: 2, verbose: 0 });
    for (const [name, attempt] of Object.entries({
      fit: () => model.fit(x, y, { verbose: 0 }),
      compile: () => model.compile({ loss: "mse" }),
      add: () => model.add(layers.flatten()),
      dispose: () => model.dispose(),
    })) {
      expect(await refusal(attempt)).toBe(
        `${name}: this model is being trained. Wait for its fit to end first: await model.fit(...).`,
      );
    }
    await running;
    expect(model.getWeights()).toEqual(straight.getWeights());
    await refusal(() => model.fit(x, y, { epochs: -1 }));
    await model.fit(x, y, { verbose: 0 });
    await model.dispose();
  });

  const labels: readonly (readonly [string, Tensor, RegExp])[] = [
    ["a label above the last class", tensor("uint8", [4], Uint8Array.of(0, 1, 3, 2)), /target 2 is 3/],
    ["a negative label", tensor("int32", [4, 1], Int32Array.of(0, -1, 1, 2)), /target 1 is -1/],
    ["half a label", tensor("float32", [4], Float32Array.of(0, 1, 2, 0.5)), /target 3 is 0.5/],
    ["a label of NaN", tensor("float32", [4], Float32Array.of(Number.NaN, 1, 2, 0)), /target 0 is NaN/],
    ["a 64-bit label out of range", tensor("int64", [4], BigInt64Array.of(0n, 1n, 2n, 7n)), /target 3 is 7/],
  ];
  it.each(labels)("%s, in training, validation and evaluation", async (_, targets, message) => {
    const model = classifier("sparseCategoricalCrossentropy");
    const good = tensor("uint8", [4], Uint8Array.of(0, 1, 2, 0));
    const attempts = {
      fit: () => model.fit(x, targets, { verbose: 0 }),
      validationData: () => model.fit(x, good, { validationData: [x, targets], verbose: 0 }),
      evaluate: () => model.evaluate(x, targets),
    };
    for (const [where, attempt] of Object.entries(attempts)) {
      const said = await refusal(attempt);
      expect(said).toMatch(message);
      expect(said).toContain(`${where}: sparse_categorical_crossentropy needs class numbers from 0 to 2`);
    }
  });
});

describe("evaluate and predict refuse", () => {
  it("what does not fit the model or the loss", async () => {
    const model = classifier();
    const wide = tensor("float32", [2, 4, 4, 2], noise(64));
    expect(await refusal(() => model.predict(wide))).toMatch(
      /^predict: the model takes samples of shape \[4, 4, 1\]/,
    );
    expect(await refusal(() => model.evaluate(wide, oneHot([0, 1], 3)))).toMatch(
      /^evaluate: the model takes/,
    );
    expect(await refusal(() => model.evaluate(x, oneHot([0, 1, 0, 1], 2)))).toMatch(
      /^evaluate: categorical_crossentropy needs targets of shape \[batch, 3\]/,
    );
    expect(await refusal(() => model.evaluate(x, y, { batchSize: Number.NaN }))).toMatch(/^batchSize .* NaN/);
    expect(await refusal(() => model.evaluate(x, y, { steps: 0 }))).toMatch(/^steps .* 0/);
    expect(await refusal(() => model.predict([1] as unknown as Tensor))).toMatch(
      /^predict: the inputs must be a tensor/,
    );
    expect(await refusal(() => model.predict(x, { batchSize: -2 }))).toMatch(/^batchSize .* -2/);
    expect(await refusal(() => model.predict(x, { steps: 1 } as object))).toMatch(
      /^predict has no option "steps"/,
    );
    expect(await refusal(() => model.evaluate(x, y, { batch_size: 1 } as object))).toMatch(
      /^evaluate has no option "batch_size". Did you mean batchSize/,
    );
  });

  it("and leave the model fit for use", async () => {
    const model = classifier();
    await refusal(() => model.evaluate(x, oneHot([0, 1, 0, 1], 2)));
    model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
    await refusal(() => model.predict(tensor("float32", [1, 2], noise(2))));
    await model.dispose();
    expect((await model.predict(x)).shape).toEqual([4, 3]);
  });
});

describe("a runtime that cannot load a graph", () => {
  it("says so where the graph was needed, and nowhere else", async () => {
    const broken = {
      name: "broken",
      lowering: "direct" as const,
      load: () => Promise.reject(new TrazoError("This machine has no such device.")),
    };
    const model = sequential([layers.dense({ units: 1, inputShape: [1] })], { runtime: broken });
    model.compile({ loss: "meanSquaredError" });
    const one = column([1]);
    expect(await refusal(() => model.predict(one))).toBe("This machine has no such device.");
    expect(await refusal(() => model.evaluate(one, one))).toBe("This machine has no such device.");
    expect(await refusal(() => model.fit(one, one, { verbose: 0 }))).toBe("This machine has no such device.");
    // Releasing what never was must not fail, not even unseen.
    model.compile({ loss: "meanSquaredError" });
    await model.dispose();
  });
});

describe("compile refuses", () => {
  const cases: readonly (readonly [string, object, RegExp])[] = [
    [
      "an unknown optimizer",
      { optimizer: "adamm", loss: "mse" },
      /^optimizer: there is no optimizer "adamm". Known: Adadelta, Adagrad, Adam/,
    ],
    [
      "an unknown loss",
      { loss: "crossentropi" },
      /^loss: there is no loss "crossentropi". Known: BinaryCrossentropy/,
    ],
    [
      "an unknown metric",
      { loss: "mse", metrics: ["acuracy"] },
      /^metrics: the metric "acuracy" is not supported/,
    ],
    [
      "an unknown weighted metric",
      { loss: "mse", weightedMetrics: ["bleu"] },
      /^weightedMetrics: the metric "bleu" is not supported/,
    ],
    [
      "a metric called loss",
      { loss: "mse", metrics: [{ name: "loss", keras: "loss", call: () => undefined }] },
      /^A metric cannot be called "loss"/,
    ],
    [
      "an option that it does not have",
      { loss: "mse", sampleWeightMode: "temporal" },
      /^compile has no option "sampleWeightMode"/,
    ],
    ["nothing to minimize", {}, /^compile needs a loss/],
    ["a loss that is none", { loss: 3 }, /^loss must be a name or a loss, .* but got 3/],
    [
      "losses for outputs that there are not",
      { loss: ["mse", "mse"] },
      /^compile: loss lists 2 losses, but the model has 1 output: dense/,
    ],
    [
      "a loss for an output that there is not",
      { loss: { other: "mse" } },
      /^compile: loss names the output "other", which the model does not have. Its outputs are dense/,
    ],
    [
      "a loss weight that is no number",
      { loss: "mse", lossWeights: [Number.NaN] },
      /^compile: lossWeights are finite numbers/,
    ],
    [
      "metrics without a loss",
      { loss: null, metrics: ["mae"] },
      /^compile: the model has metrics but no loss/,
    ],
    [
      "a loss that was not called",
      { loss: losses.categoricalCrossentropy },
      /^loss must be .* but got the function categoricalCrossentropy/,
    ],
    [
      "an optimizer that is none",
      { loss: "mse", optimizer: {} },
      /^optimizer must be a name or an optimizer, but got an empty object\. Known names: Adadelta, Adagrad, Adam/,
    ],
    [
      "a metric that is not in a list",
      { loss: "mse", metrics: "accuracy" },
      /^metrics must be a list, in brackets, but got "accuracy"/,
    ],
    [
      "a weighted metric that is not in a list",
      { loss: "mse", weightedMetrics: "accuracy" },
      /^weightedMetrics must be a list/,
    ],
    [
      "a metric that was not called",
      { loss: "mse", metrics: [metrics.topKAccuracy] },
      /^metrics must hold names or metrics, .* but got the function topKAccuracy/,
    ],
  ];
  it.each(cases)("%s", async (_, options, message) => {
    expect(await refusal(() => smallNet().compile(options as CompileOptions))).toMatch(message);
  });
});

describe("a model refuses", () => {
  const input = layers.input({ shape: [6, 6, 1] });
  const cases: readonly (readonly [string, readonly Layer[], RegExp])[] = [
    [
      "a beginning without a shape",
      [layers.dense({ units: 1 })],
      /^The first layer "dense" must know its input/,
    ],
    [
      "two layers of one name",
      [input, layers.flatten({ name: "a" }), layers.dense({ units: 1, name: "a" })],
      /already has a layer named "a"/,
    ],
    [
      "a kernel larger than its input, naming the layer",
      [
        input,
        layers.conv2d({ filters: 1, kernelSize: 5 }),
        layers.conv2d({ filters: 1, kernelSize: 3, name: "small" }),
      ],
      /^Layer 2 "small": Conv2D: a window of 3 does not fit an input of 2 with "valid" padding/,
    ],
    [
      "an image layer after Flatten",
      [input, layers.flatten(), layers.maxPooling2d()],
      /^Layer 2 "max_pooling2d": /,
    ],
    [
      "a shape of another size",
      [input, layers.reshape({ targetShape: [5, -1] })],
      /^Layer 1 "reshape": .*\[5, -1\]/,
    ],
  ];
  it.each(cases)("%s", async (_, list, message) => {
    expect(await refusal(() => sequential(list))).toMatch(message);
  });

  it("what is no layer", async () => {
    expect(await refusal(() => sequential([layers.flatten as unknown as Layer]))).toMatch(
      /^Layer 0 of the model must be a layer, .* but got the function Flatten/,
    );
    expect(await refusal(() => sequential(layers.flatten() as unknown as Layer[]))).toMatch(
      /^The layers of a model must be a list/,
    );
  });

  it("weights that are not its own", async () => {
    const model = smallNet();
    const weights = model.getWeights();
    expect(await refusal(() => model.setWeights(weights.slice(1)))).toMatch(
      /has 4 weights, but 3 were given/,
    );
    const short = weights.map((values, i) => (i === 2 ? values.slice(1) : values));
    expect(await refusal(() => model.setWeights(short))).toMatch(
      /dense\/kernel has 144 values, but 143 were given/,
    );
    expect(model.getWeights()).toEqual(weights);
  });

  it("to be used without layers, and a seed that is none", async () => {
    expect(await refusal(() => sequential().predict(x))).toMatch(/no layers yet/);
    expect(await refusal(() => sequential([], { seed: Number.NaN }))).toMatch(
      /^seed must be an integer .* NaN/,
    );
    expect(await refusal(() => sequential([], { seed: -1 }))).toMatch(/^seed .* -1/);
  });

  it("a learning rate from a callback where a schedule decides it", async () => {
    const model = smallNet();
    const learningRate = schedules.exponentialDecay({
      initialLearningRate: 0.1,
      decaySteps: 1,
      decayRate: 0.5,
    });
    model.compile({ optimizer: optimizers.sgd({ learningRate }), loss: "mse" });
    const reduce = callbacks.reduceLROnPlateau({ monitor: "loss", patience: 1, minDelta: 1e9 });
    expect(await refusal(() => model.fit(x, y, { epochs: 3, verbose: 0, callbacks: [reduce] }))).toMatch(
      /ReduceLROnPlateau sets the learning rate, but the optimizer's schedule ExponentialDecay already decides it/,
    );
  });
});

describe("a layer whose input shape", () => {
  const head = () => [layers.input({ shape: [4, 4, 1] }), layers.flatten()];

  it("contradicts what the layer before it gives is refused, a second input too", async () => {
    const wrong = () => sequential([...head(), layers.dense({ units: 2, inputShape: [15] })]);
    expect(await refusal(wrong)).toMatch(
      /Layer 2 "dense" is given an input of shape \[16\] by "flatten", but is said to take \[15\]/,
    );
    const second = () => sequential([...head(), layers.input({ shape: [4, 4] })]);
    expect(await refusal(second)).toMatch(/Layer 2 "input_layer_1" .* is said to take \[4, 4\]/);
  });

  it("agrees with it is fine", () => {
    const model = sequential([...head(), layers.dense({ units: 2, inputShape: [16] })]);
    expect(model.outputShape.at(-1)).toBe(2);
  });
});
