import { unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import {
  apply,
  applyAll,
  type Callback,
  type Dataset,
  type EvaluateOptions,
  fromKeras,
  imageDataGenerator,
  type Logs,
  layers,
  losses,
  mapDataset,
  model,
  optimizers,
  readOnnx,
  type SymbolicTensor,
  type Tensor,
  tensor,
  tensorDataset,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { column, noise, oneHot, runtime } from "./tiny.js";

const count = 24;
const pixels = tensor("float32", [count, 4, 4, 1], noise(count * 16, 2));
const sizes = tensor("float32", [count, 3], noise(count * 3, 3));
const kinds = oneHot(
  Array.from({ length: count }, (_, i) => i % 3),
  3,
);
const amounts = column(Array.from(noise(count, 4)));
const folder = temporaryFolder();

/** Two inputs, of which two outputs are computed, in whose layers something is random. */
function body() {
  const x = layers.input({ shape: [4, 4, 1], name: "pixels" });
  const size = layers.input({ shape: [3], name: "size" });
  const maps = apply(layers.conv2d({ filters: 2, kernelSize: 3, activation: "relu" }), x);
  const both = apply(layers.concatenate(), [apply(layers.flatten(), maps), size]);
  const dropped = apply(layers.dropout({ rate: 0.2 }), both);
  const kind = apply(layers.dense({ units: 3, activation: "softmax", name: "kind" }), dropped);
  const amount = apply(layers.dense({ units: 1, name: "amount" }), both);
  return { inputs: [x, size], kind, amount } as const;
}

const options = { seed: 3, runtime } as const;
function listed() {
  const { inputs, kind, amount } = body();
  return model({ inputs, outputs: [kind, amount], ...options });
}
function named() {
  const { inputs, kind, amount } = body();
  return model({ inputs, outputs: { what: kind, much: amount }, ...options });
}

const compiled = (net: ReturnType<typeof listed>, more = {}) => {
  net.compile({
    optimizer: "adam",
    loss: { kind: "categoricalCrossentropy", amount: "mse" },
    lossWeights: { amount: 0.5 },
    metrics: { kind: ["accuracy"], amount: "mae" },
    ...more,
  });
  return net;
};

describe("a model of several outputs", () => {
  it("predicts each, in the form in which it was given them", async () => {
    const list = await listed().predict([pixels, sizes]);
    expect(list.map(({ shape }) => shape)).toEqual([
      [count, 3],
      [count, 1],
    ]);
    const net = named();
    const byName = await net.predict({ pixels, size: sizes }, { batchSize: 7 });
    expect(byName.what.shape).toEqual([count, 3]);
    for (const [i, value] of byName.much.data.entries())
      expect(value).toBeCloseTo(list[1]?.data[i] as number, 5);
    expect(net.outputNames).toEqual(["much", "what"]); // as Python sorts the keys of a dictionary
    const { inputs, kind } = body();
    expect(await model({ inputs, outputs: [kind], ...options }).predict([pixels, sizes])).toHaveLength(1);
  });

  it("reports the sum of the losses, each loss, and metrics under the outputs' names", async () => {
    const net = compiled(listed(), { weightedMetrics: { kind: ["accuracy"] } });
    expect(net.metricsNames).toEqual([
      "loss",
      "kind_loss",
      "amount_loss",
      "kind_accuracy",
      "amount_mae",
      "kind_weighted_accuracy",
    ]);
    const printed: string[] = [];
    const { history } = await net.fit([pixels, sizes], [kinds, amounts], {
      batchSize: 8,
      epochs: 2,
      validationSplit: 0.25,
      verbose: 2,
      print: (text) => printed.push(text),
    });
    expect(Object.keys(history)).toEqual([
      ...net.metricsNames,
      ...net.metricsNames.map((name) => `val_${name}`),
    ]);
    expect(printed.join("")).toMatch(/kind_loss: .* amount_mae: .* val_amount_loss: /);
    const scores = await net.evaluate([pixels, sizes], [kinds, amounts]);
    expect(scores.loss).toBeCloseTo((scores.kind_loss as number) + 0.5 * (scores.amount_loss as number), 6);
    const [kind, amount] = await net.predict([pixels, sizes]);
    const squares = amounts.data.map((value, i) => (value - (amount?.data[i] as number)) ** 2);
    expect(scores.amount_loss).toBeCloseTo(squares.reduce((a, b) => a + b, 0) / count, 6);
    expect(kind?.shape).toEqual([count, 3]);
  });

  it("learns both tasks", async () => {
    const net = compiled(listed(), { optimizer: optimizers.adam({ learningRate: 0.02 }) });
    const { history } = await net.fit(
      [pixels, sizes],
      { amount: amounts, kind: kinds },
      {
        batchSize: 8,
        epochs: 120,
        verbose: 0,
      },
    );
    for (const name of ["kind_loss", "amount_loss"]) {
      expect(history[name]?.at(-1), name).toBeLessThan((history[name]?.[0] as number) / 2);
    }
  });

  it("weights the samples of all outputs, or of each", async () => {
    const net = compiled(listed());
    const evaluated = (options: EvaluateOptions = {}): Promise<Logs> =>
      net.evaluate([pixels, sizes], [kinds, amounts], options);
    const [plain, ones] = [new Array(count).fill(2), new Array(count).fill(1)];
    const unweighted = await evaluated();
    const all = await evaluated({ sampleWeight: plain });
    expect(all.kind_loss).toBeCloseTo(2 * (unweighted.kind_loss as number), 5);
    expect(all.amount_loss).toBeCloseTo(2 * (unweighted.amount_loss as number), 5);
    for (const each of [[plain, ones], { kind: plain }]) {
      const one = await evaluated({ sampleWeight: each });
      expect(one.kind_loss).toBeCloseTo(2 * (unweighted.kind_loss as number), 5);
      expect(one.amount_loss).toBe(unweighted.amount_loss);
    }
    await expect(evaluated({ sampleWeight: { other: plain } })).rejects.toThrow(
      /sampleWeight is one list of numbers or tensor for all outputs/,
    );
  });

  it("leaves an output without a loss alone, which then takes no targets", async () => {
    const net = listed();
    net.compile({ optimizer: "sgd", loss: { kind: "categoricalCrossentropy", amount: null } });
    const before = net.getLayer("amount").getWeights();
    const { history } = await net.fit([pixels, sizes], kinds, { verbose: 0 });
    expect(Object.keys(history)).toEqual(["loss"]);
    expect(net.getLayer("amount").getWeights()).toEqual(before);
    expect(await net.predict([pixels, sizes])).toHaveLength(2);
  });

  it("may have one loss for all, and outputs that are shared or inputs themselves", async () => {
    const x = layers.input({ shape: [3], name: "x" });
    const twice = layers.dense({ units: 1, name: "twice" });
    const first = apply(twice, x);
    const second = apply(twice, apply(layers.dense({ units: 3 }), x));
    const net = model({ inputs: x, outputs: [first, second], ...options });
    expect(net.outputNames).toEqual(["twice", "twice_1"]);
    net.compile({ optimizer: "sgd", loss: losses.meanSquaredError(), metrics: ["mae", ["mse"]] });
    const logs = await net.trainOnBatch(sizes, [amounts, amounts]);
    expect(Object.keys(logs)).toEqual(["loss", "twice_loss", "twice_1_loss", "twice_mae", "twice_1_mse"]);
  });

  it("trains to the same bytes from a dataset, one by one and mapped, as from tensors", async () => {
    const weights = async (train: (net: ReturnType<typeof listed>) => Promise<unknown>) => {
      const net = compiled(listed());
      await train(net);
      return net.getWeights();
    };
    const fit = { batchSize: 10, epochs: 2, verbose: 0 } as const;
    const sampleWeight = Float32Array.from({ length: count }, (_, i) => 0.5 + (i % 3));
    const plain = await weights((net) =>
      net.fit([pixels, sizes], [kinds, amounts], { ...fit, sampleWeight }),
    );
    const inputs = { pixels, size: sizes };
    const dataset = tensorDataset(inputs, { kind: kinds, amount: amounts }, sampleWeight);
    expect(await weights((net) => net.fit(dataset, fit))).toEqual(plain);
    const unweighted = tensorDataset(inputs, { kind: kinds, amount: amounts });
    expect(await weights((net) => net.fit(unweighted, { ...fit, sampleWeight }))).toEqual(plain);
    const mapped = mapDataset(dataset, () => {});
    expect(
      await weights((net) => net.fit(mapped, { ...fit, validationData: dataset, validationSteps: 1 })),
    ).toEqual(plain);
    const net = listed();
    expect(await net.predict(dataset, { batchSize: 9 })).toEqual(await net.predict(inputs, { batchSize: 9 }));
    const { kind, amount } = { kind: kinds, amount: amounts };
    await expect(compiled(net).fit(tensorDataset({ pixels }, { kind, amount }), fit)).rejects.toThrow(
      /the model also takes "size", but the dataset has only x, y, amount/,
    );
  });

  it("refuses targets that do not fit, saying whose", async () => {
    const net = compiled(listed());
    const fit = (y: unknown, more = {}) =>
      net.fit([pixels, sizes], y as readonly Tensor[], { verbose: 0, ...more });
    await expect(fit(kinds)).rejects.toThrow(/fit: the model has 2 outputs, kind, amount: give a list/);
    await expect(fit([kinds, kinds])).rejects.toThrow(/output "amount": mean_squared_error needs targets/);
    await expect(fit([kinds, column([1])])).rejects.toThrow(/24 inputs but 1 targets of "amount"/);
    await expect(fit([kinds, amounts], { classWeight: { 0: 2 } })).rejects.toThrow(
      /classWeight is for models of one output, but this one has kind, amount/,
    );
    expect(() => net.compile({ loss: ["mse"] })).toThrow(/loss lists 1 losses, but the model has 2 outputs/);
    expect(() => net.compile({ loss: "mse", metrics: ["mae"] })).toThrow(/metrics lists 1 entries/);
    expect(() => net.toOnnx({ classes: ["a", "b", "c"] })).toThrow(/classes are for models of one output/);
  });

  it("resumes from a backup as if it had not been interrupted", async () => {
    const whole = compiled(listed());
    await whole.fit([pixels, sizes], [kinds, amounts], { batchSize: 8, epochs: 3, verbose: 0 });
    const backup = { backupDir: folder.path("backup"), saveFreq: 2, deleteCheckpoint: false };
    const stopper = new AbortController();
    const interrupted = compiled(listed()).fit([pixels, sizes], [kinds, amounts], {
      batchSize: 8,
      epochs: 3,
      verbose: 0,
      backup,
      signal: stopper.signal,
      callbacks: [stopAt(1, () => stopper.abort())],
    });
    await expect(interrupted).rejects.toThrow(/interrupted/i);
    const again = compiled(listed());
    const { history } = await again.fit([pixels, sizes], [kinds, amounts], {
      batchSize: 8,
      epochs: 3,
      verbose: 0,
      backup,
      callbacks: [stopAt(-1, () => {})],
    });
    expect(again.getWeights()).toEqual(whole.getWeights());
    expect(Object.keys(history)).toContain("amount_loss");
  });

  it("is exported with its outputs' names, and so is its training step", async () => {
    const net = compiled(listed());
    const graph = readOnnx(net.toOnnx(), "several").graph;
    expect(graph?.output.map(({ name }) => name)).toEqual(["kind", "amount"]);
    const step = readOnnx(net.trainGraph(), "step").graph;
    expect(step?.input.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["x", "x/size", "y", "y/amount", "sample_weight", "sample_weight/amount"]),
    );
  });

  it("gives the feature maps of several layers at once", async () => {
    const net = listed();
    const maps = await net.upTo(["conv2d", "flatten"]).predict([pixels, sizes]);
    expect(maps.conv2d.shape).toEqual([count, 2, 2, 2]);
    expect(maps.flatten.data).toEqual(maps.conv2d.data);
    expect(maps.conv2d).toEqual(await net.upTo("conv2d").predict([pixels, sizes]));
    expect(() => net.upTo([])).toThrow(/upTo takes the name of a layer, or a list/);
  });
});

const stopAt = (last: number, stop: () => void): Callback => ({
  onTrainBatchEnd(batch) {
    if (batch === last) stop();
  },
});

describe("a model of several outputs in files", () => {
  it("may have outputs that are called like an option", async () => {
    const { inputs, kind, amount } = body();
    const net = model({ inputs, outputs: { alpha: kind, learning_rate: amount }, ...options });
    net.compile({ loss: "mse", lossWeights: { alpha: 2 }, metrics: { learning_rate: ["mae"] } });
    for (const bytes of [await net.toKeras(), await net.toH5()]) {
      const again = await fromKeras<Readonly<Record<string, Tensor<"float32">>>>(bytes, { runtime });
      expect(again.toJSON()).toEqual(net.toJSON());
      expect(await again.predict([pixels, sizes])).toEqual(await net.predict([pixels, sizes]));
    }
    const config = new TextDecoder().decode(unzipSync(await net.toKeras())["config.json"]);
    expect(config).toContain('"alpha": ["kind", 0, 0]');
    expect(config).toContain('"loss_weights": {"alpha": 2, "learning_rate": 1}');
  });

  it("may be a layer of another model, which is saved with it and trains it", async () => {
    const inner = compiled(listed());
    const [x, size] = [layers.input({ shape: [4, 4, 1] }), layers.input({ shape: [3] })];
    const [kind, amount] = applyAll(inner, [x, size]) as [SymbolicTensor, SymbolicTensor];
    const both = apply(layers.concatenate(), [amount, kind]);
    const net = model({ inputs: [x, size], outputs: both, ...options });
    const [kindThere, amountThere] = (await inner.predict([pixels, sizes])) as [
      Tensor<"float32">,
      Tensor<"float32">,
    ];
    const joined = (await net.predict([pixels, sizes])).data;
    expect(joined.subarray(0, 4)).toEqual(
      Float32Array.of(...amountThere.data.subarray(0, 1), ...kindThere.data.subarray(0, 3)),
    );
    expect(
      (
        await model({ inputs: [x, size], outputs: apply(inner, [x, size]), ...options }).predict([
          pixels,
          sizes,
        ])
      ).data,
    ).toEqual(kindThere.data);
    for (const bytes of [await net.toKeras(), await net.toH5()]) {
      expect((await (await fromKeras(bytes, { runtime })).predict([pixels, sizes])).data).toEqual(joined);
    }
    const before = inner.getLayer("amount").getWeights();
    net.compile({ optimizer: "sgd", loss: "mse" });
    await net.trainOnBatch([pixels, sizes], tensor("float32", [count, 4], noise(count * 4)));
    expect(inner.getLayer("amount").getWeights()).not.toEqual(before);
  });

  it("hands its weights and the optimizer's state on in a .weights.h5 file", async () => {
    const net = named();
    const targets = { what: kinds, much: amounts };
    const compiling = {
      optimizer: "adam",
      loss: { what: "categoricalCrossentropy", much: "mse" },
    } as const;
    net.compile(compiling);
    await net.trainOnBatch([pixels, sizes], targets);
    const { inputs, kind, amount } = body();
    const again = model({ inputs, outputs: { what: kind, much: amount }, seed: 8, runtime });
    again.compile(compiling);
    expect(again.getWeights()).not.toEqual(net.getWeights());
    await again.loadWeights(await net.weightsToH5());
    expect(await again.predict([pixels, sizes])).toEqual(await net.predict([pixels, sizes]));
    expect(again.optimizer.iterations).toBe(1);
    expect(await again.evaluate([pixels, sizes], targets)).toEqual(
      await net.evaluate([pixels, sizes], targets),
    );
    const { inputs: alone, kind: only } = body();
    const other = model({ inputs: alone, outputs: only, ...options });
    await expect(other.loadWeights(await net.weightsToH5())).rejects.toThrow(
      /loadWeights: the file stores weights for layers\/dense_1/,
    );
  });
});

describe("a flow of a generator", () => {
  function onePicture() {
    const x = layers.input({ shape: [4, 4, 1] });
    const maps = apply(layers.conv2d({ filters: 1, kernelSize: 4 }), x);
    const net = model({ inputs: x, outputs: [apply(layers.flatten(), maps), maps], ...options });
    net.compile({ loss: "mse" });
    return net;
  }
  const flow = imageDataGenerator({}).flow(pixels, amounts);

  it.each([
    ["several outputs, flatten, conv2d", onePicture],
    [
      "several inputs, pixels, size",
      () => {
        const { inputs, amount } = body();
        const net = model({ inputs, outputs: amount, ...options });
        net.compile({ loss: "mse" });
        return net;
      },
    ],
  ])("is refused where the model has %s", async (has, make) => {
    const message = new RegExp(
      `the model has ${has}, but a flow has images .*Give it a dataset: augmentDataset`,
    );
    await expect(make().fit(flow, { verbose: 0 })).rejects.toThrow(message);
    await expect(make().evaluate(flow)).rejects.toThrow(message);
  });
});

describe("a dataset of several inputs", () => {
  it("may be any object that says its `others`", async () => {
    const own: Dataset<"float32", "float32"> = {
      length: count,
      x: { dtype: "float32", shape: [4, 4, 1] },
      y: { dtype: "float32", shape: [3] },
      others: { size: { dtype: "float32", shape: [3] }, amount: { dtype: "float32", shape: [1] } },
      read(indices, { x, y, others = {} }) {
        const { size, amount } = others as Record<string, Float32Array>;
        for (const [row, index] of indices.entries()) {
          x.set(pixels.data.subarray(16 * index, 16 * index + 16), 16 * row);
          y?.set(kinds.data.subarray(3 * index, 3 * index + 3), 3 * row);
          size?.set(sizes.data.subarray(3 * index, 3 * index + 3), 3 * row);
          amount?.set([amounts.data[index] as number], row);
        }
      },
    };
    const net = compiled(listed());
    expect(await net.evaluate(own, { batchSize: 5 })).toEqual(
      await net.evaluate([pixels, sizes], [kinds, amounts], { batchSize: 5 }),
    );
  });
});
