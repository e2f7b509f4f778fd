import { describe, expect, it } from "vitest";
import {
  apply,
  fromKeras,
  layers,
  losses,
  type Model,
  model,
  nodeRuntime,
  optimizers,
  readOnnx,
  regularizers,
  type SymbolicTensor,
  sequential,
  tensor,
} from "../../src/index.js";
import { relativeError } from "../lowering/compare.js";
import { column, noise, runtime, smallData } from "./tiny.js";

const conv = (name?: string) =>
  layers.conv2d({ filters: 3, kernelSize: 3, padding: "same", activation: "relu", name });

/** A residual network with something random in it. */
function residual(seed = 7): Model {
  const x = layers.input({ shape: [4, 4, 1] });
  const first = apply(conv(), x);
  const second = apply(layers.batchNormalization({ momentum: 0.8 }), apply(conv(), first));
  const sum = apply(layers.dropout({ rate: 0.2 }), apply(layers.add(), [first, second]));
  const y = apply(layers.dense({ units: 3, activation: "softmax" }), apply(layers.flatten(), sum));
  return model({ inputs: x, outputs: y, seed, runtime });
}

const trained = async (net: Model, epochs = 3): Promise<Float32Array[]> => {
  net.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  await net.fit(...smallData(20), { batchSize: 6, epochs, verbose: 0 });
  return net.getWeights();
};

describe("a model of layers that are connected in any way", () => {
  it("orders its layers as Keras: those farthest from the output first", () => {
    const x = layers.input({ shape: [8, 8, 2], name: "x" });
    const long = apply(conv("long2"), apply(conv("long1"), x));
    const short = apply(layers.conv2d({ filters: 3, kernelSize: 1, name: "short" }), x);
    const net = model({ inputs: x, outputs: apply(layers.add({ name: "sum" }), [short, long]) });
    // Keras 3.15 says so of the same network: [layer.name for layer in model.layers].
    expect(net.definition.layers.map(({ name }) => name)).toEqual(["x", "long1", "short", "long2", "sum"]);
    expect(net.namedWeights().map(({ layer, name }) => `${layer}/${name}`)).toEqual([
      "long1/kernel",
      "long1/bias",
      "short/kernel",
      "short/bias",
      "long2/kernel",
      "long2/bias",
    ]);
  });

  it("learns, the same in every run from the same seed", async () => {
    const [one, two] = [residual(), residual()];
    one.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
    const [x, y] = smallData(60);
    const { history } = await one.fit(x, y, { batchSize: 10, epochs: 45, verbose: 0 });
    expect(history.loss?.at(-1)).toBeLessThan((history.loss?.[0] as number) / 2);
    two.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
    await two.fit(x, y, { batchSize: 10, epochs: 45, verbose: 0 });
    expect(two.getWeights()).toEqual(one.getWeights());
    const scores = await one.evaluate(x, y);
    expect(scores.loss).toBeLessThan((history.loss?.[0] as number) / 2);
  });

  it("trains as the sequential model of the same layers, to the last bit", async () => {
    const list = () => [
      layers.input({ shape: [4, 4, 1] }),
      conv(),
      layers.batchNormalization(),
      layers.dropout({ rate: 0.2 }),
      layers.flatten(),
      layers.dense({ units: 3, activation: "softmax", kernelRegularizer: "l2" }),
    ];
    const [input, ...rest] = list();
    let y: SymbolicTensor = input as unknown as SymbolicTensor;
    for (const layer of rest) y = apply(layer, y);
    const graph = model({ inputs: input as unknown as SymbolicTensor, outputs: y, seed: 7, runtime });
    const chain = sequential(list(), { seed: 7, runtime });
    expect(await trained(graph)).toEqual(await trained(chain));
    expect(await graph.predict(smallData(5)[0])).toEqual(await chain.predict(smallData(5)[0]));
  });

  it("says in its summary what is connected to what", () => {
    const lines = residual()
      .summary({ print: () => {} })
      .split("\n");
    expect(lines[2]).toMatch(/Connected to$/);
    expect(lines.find((line) => line.startsWith("input_layer (InputLayer)"))).toMatch(/ -$/);
    const at = lines.findIndex((line) => line.startsWith("add (Add)"));
    expect(lines[at]).toMatch(/\(None, 4, 4, 3\) +0 +conv2d\[0\]\[0\]$/);
    expect(lines[at + 1]?.trim()).toBe("batch_normalization[0][0]");
  });

  it("is exported to ONNX, as a training step too", () => {
    const net = residual();
    expect(net.toOnnx().length).toBeGreaterThan(1000);
    net.compile({ optimizer: "sgd", loss: "categoricalCrossentropy" });
    expect(net.trainGraph().length).toBeGreaterThan(1000);
  });

  it("names the input that is missing, and what is no tensor", () => {
    const [x, other] = [layers.input({ shape: [3], name: "x" }), layers.input({ shape: [3], name: "other" })];
    const y = apply(layers.add(), [x, other]);
    expect(() => model({ inputs: x, outputs: y })).toThrow(/need the input "other" of shape \[3\]/);
    expect(() => model({ inputs: x, outputs: layers.flatten() as never })).toThrow(/outputs must be what/);
    expect(() => apply(layers.flatten(), 3 as never)).toThrow(/apply\(Flatten\): the input must be/);
    expect(() => apply(layers.conv2d({ filters: 1, kernelSize: 3 }), x)).toThrow(/^apply\(Conv2D\): /);
    expect(() => model({ inputs: x, outputs: [], seed: 1 })).toThrow(/outputs must be a tensor or a list/);
    const same = apply(layers.dense({ units: 3, name: "x" }), x);
    expect(() => model({ inputs: x, outputs: same })).toThrow(/already has a layer named "x"/);
  });
});

describe("a shared layer", () => {
  const shared = (kernelRegularizer?: ReturnType<typeof regularizers.l2>) => {
    const x = layers.input({ shape: [1] });
    const layer = layers.dense({ units: 1, name: "twice", kernelRegularizer });
    return model({ inputs: x, outputs: apply(layer, apply(layer, x)), seed: 1, runtime });
  };

  it("has its weights once, with the gradient of both calls", async () => {
    const net = shared();
    expect(net.namedWeights().map(({ layer, name }) => `${layer}/${name}`)).toEqual([
      "twice/kernel",
      "twice/bias",
    ]);
    net.setWeights([Float32Array.of(2), Float32Array.of(1)]);
    net.compile({ optimizer: optimizers.sgd({ learningRate: 1 }), loss: losses.meanSquaredError() });
    // y = w (w x + b) + b = 4 * 3 + 2 + 1 = 15; dy/dw = 2 w x + b = 13, dy/db = w + 1 = 3; the loss (15 - 14)² has a slope of 2.
    expect([...(await net.predict(column([3]))).data]).toEqual([15]);
    await net.fit(column([3]), column([14]), { verbose: 0 });
    expect(net.getWeights().map((weight) => weight[0])).toEqual([2 - 26, 1 - 6]);
  });

  it("is penalized once", async () => {
    const net = shared(regularizers.l2(0.5));
    net.setWeights([Float32Array.of(2), Float32Array.of(1)]);
    net.compile({ optimizer: optimizers.sgd({ learningRate: 0 }), loss: "mse" });
    expect((await net.evaluate(column([3]), column([15]))).loss).toBe(2);
    const { history } = await net.fit(column([3]), column([15]), { verbose: 0 });
    expect(history.loss).toEqual([2]);
  });

  it("updates its moving averages call after call", async () => {
    const x = layers.input({ shape: [1] });
    const norm = layers.batchNormalization({ momentum: 0.5, name: "norm" });
    const far = apply(layers.dense({ units: 1, kernelInitializer: "ones", trainable: false }), x);
    const net = model({
      inputs: x,
      outputs: apply(layers.add(), [apply(norm, x), apply(norm, far)]),
      seed: 1,
      runtime,
    });
    net.compile({ optimizer: optimizers.sgd({ learningRate: 0 }), loss: "mse" });
    await net.fit(column([2, 6]), column([0, 0]), { verbose: 0 });
    const mean = net.namedWeights().find(({ name }) => name === "moving_mean");
    // 0 -> 0.5 * 0 + 0.5 * 4 = 2 -> 0.5 * 2 + 0.5 * 4 = 3.
    expect(mean?.values[0]).toBe(3);
  });

  it("cannot have another shape", () => {
    const x = layers.input({ shape: [3] });
    const y = apply(layers.dense({ units: 4 }), x);
    const layer = layers.dense({ units: 2, name: "both" });
    const sum = apply(layers.add(), [apply(layer, x), apply(layer, y)]);
    expect(() => model({ inputs: x, outputs: sum })).toThrow(
      /Layer "both" is applied to \[batch, 4\], where its kernel would need the shape \[4, 2\].*\[3, 2\]/,
    );
  });

  it("draws its own masks in each call", async () => {
    const x = layers.input({ shape: [1000] });
    const drop = layers.dropout({ rate: 0.5 });
    const net = model({
      inputs: x,
      outputs: apply(layers.multiply(), [apply(drop, x), apply(drop, x)]),
      seed: 1,
      runtime,
    });
    net.compile({ optimizer: "sgd", loss: "mse" });
    const ones = tensor("float32", [1, 1000], new Float32Array(1000).fill(1));
    const zeros = tensor("float32", [1, 1000], new Float32Array(1000));
    const { history } = await net.fit(ones, zeros, { verbose: 0 });
    // A quarter of the products is 4, whose square is 16; with one mask for both a half would be.
    expect(history.loss?.[0]).toBeGreaterThan(3);
    expect(history.loss?.[0]).toBeLessThan(5);
  });
});

describe("models that are made of the same tensors", () => {
  it("share their weights, whichever of them is trained", async () => {
    const x = layers.input({ shape: [4] });
    const code = apply(layers.dense({ units: 2, name: "code" }), x);
    const encoder = model({ inputs: x, outputs: code, seed: 1, runtime });
    const whole = model({ inputs: x, outputs: apply(layers.dense({ units: 4 }), code), seed: 2, runtime });
    const data = tensor("float32", [8, 4], noise(32));
    for (const net of [encoder, whole]) {
      net.compile({ optimizer: optimizers.sgd({ learningRate: 0.1 }), loss: "mse" });
    }
    const kernelOf = (net: Model) => net.namedWeights().find(({ layer }) => layer === "code")?.values;
    const start = kernelOf(encoder);
    expect(kernelOf(whole)).toEqual(start);
    await whole.fit(data, data, { verbose: 0 });
    const after = kernelOf(encoder);
    expect(after).not.toEqual(start);
    expect(kernelOf(whole)).toEqual(after);
    const targets = tensor("float32", [8, 2], noise(16, 5));
    await encoder.fit(data, targets, { verbose: 0 });
    const then = kernelOf(encoder);
    expect(then).not.toEqual(after);
    await whole.fit(data, data, { verbose: 0 });
    expect(kernelOf(whole)).not.toEqual(then);
    expect(kernelOf(whole)).toEqual(kernelOf(encoder));
  });

  it("begin anywhere in another one", async () => {
    const x = layers.input({ shape: [4] });
    const code = apply(layers.dense({ units: 2 }), x);
    const y = apply(layers.dense({ units: 4 }), code);
    const whole = model({ inputs: x, outputs: y, seed: 1, runtime });
    const encoder = model({ inputs: x, outputs: code, runtime });
    const decoder = model({ inputs: code, outputs: y, runtime });
    const data = tensor("float32", [3, 4], noise(12));
    expect(await decoder.predict(await encoder.predict(data))).toEqual(await whole.predict(data));
  });
});

describe("a model as a layer", () => {
  const backbone = () =>
    sequential([layers.input({ shape: [4, 4, 1] }), conv("conv"), layers.globalAveragePooling2d()], {
      name: "backbone",
      seed: 3,
      runtime,
    });

  it("shares its weights with the model that holds it", async () => {
    const base = backbone();
    const x = layers.input({ shape: [4, 4, 1] });
    const y = apply(layers.dense({ units: 3, activation: "softmax" }), apply(base, x));
    const net = model({ inputs: x, outputs: y, seed: 1, runtime });
    expect(net.namedWeights().map(({ layer, name }) => `${layer}/${name}`)).toEqual([
      "backbone/conv/kernel",
      "backbone/conv/bias",
      "dense/kernel",
      "dense/bias",
    ]);
    expect(net.getWeights().slice(0, 2)).toEqual(base.getWeights());
    await trained(net);
    expect(net.getWeights().slice(0, 2)).toEqual(base.getWeights());
  });

  it("may be called several times, and within a chain", async () => {
    const base = backbone();
    const x = layers.input({ shape: [4, 4, 1] });
    const flipped = apply(conv("first"), x);
    const same = apply(layers.conv2d({ filters: 1, kernelSize: 1 }), flipped);
    const apart = apply(layers.subtract(), [apply(base, x), apply(base, same)]);
    const net = model({ inputs: x, outputs: apart, seed: 1, runtime });
    expect(net.namedWeights()).toHaveLength(6);
    const chain = sequential([backbone(), layers.dense({ units: 3, activation: "softmax" })], {
      seed: 1,
      runtime,
    });
    const weights = await trained(chain);
    expect(weights).toHaveLength(4);
    expect(chain.outputShape.slice(1)).toEqual([3]);
  });

  it("refuses other inputs, and to be in a model twice over", () => {
    const base = backbone();
    const x = layers.input({ shape: [5, 4, 1] });
    expect(() => apply(base, x)).toThrow(
      /"backbone" takes \[batch, 4, 4, 1\], but is given \[batch, 5, 4, 1\]/,
    );
    const twice = sequential([sequential([layers.dense({ units: 2, inputShape: [2] })])]);
    const inner = sequential([layers.dense({ units: 2, inputShape: [2] })], { name: "inner" });
    twice.add(inner);
    expect(() => twice.add(inner)).toThrow(/already has a layer named "inner"/);
  });
});

describe("the plan engine", () => {
  const branches = (): Model[] => {
    const x = layers.input({ shape: [4, 4, 1] });
    const shared = layers.conv2d({ filters: 1, kernelSize: 3, padding: "same", activation: "tanh" });
    const sum = apply(layers.add(), [apply(shared, x), apply(shared, apply(shared, x))]);
    const both = apply(layers.concatenate(), [sum, apply(conv(), x)]);
    const scores = apply(layers.dense({ units: 3, activation: "softmax" }), apply(layers.flatten(), both));
    const make = (engine: "plan" | "graph"): Model => {
      const net = model({
        inputs: x,
        outputs: scores,
        seed: 7,
        runtime: nodeRuntime({ threads: 1, engine }),
      });
      return net;
    };
    return [make("graph"), make("plan")];
  };

  it("computes branches and shared layers as the graph engine", async () => {
    const [graph, plan] = branches() as [Model, Model];
    const start = graph.getWeights();
    const weights = await trained(graph);
    plan.setWeights(start);
    for (const [i, values] of (await trained(plan)).entries()) {
      for (const [k, value] of values.entries()) expect(value).toBeCloseTo(weights[i]?.[k] as number, 4);
    }
  });
});

describe("a model of several inputs", () => {
  /** The twin halves of a siamese network, and how far they lie apart. */
  function siamese(seed = 3): Model {
    const [left, right] = [
      layers.input({ shape: [4], name: "left" }),
      layers.input({ shape: [4], name: "right" }),
    ];
    const twin = sequential(
      [layers.dense({ units: 8, activation: "tanh", inputShape: [4] }), layers.dense({ units: 3 })],
      {
        name: "twin",
        seed: 5,
        runtime,
      },
    );
    const apart = apply(layers.subtract(), [apply(twin, left), apply(twin, right)]);
    const squared = apply(layers.multiply(), [apart, apart]);
    const same = apply(layers.dense({ units: 1, activation: "sigmoid" }), squared);
    return model({ inputs: [left, right], outputs: same, seed, runtime });
  }
  const left = tensor("float32", [30, 4], noise(120, 11));
  const right = tensor(
    "float32",
    [30, 4],
    left.data.map((value, i) => (Math.floor(i / 4) % 2 === 0 ? value : -value)),
  );
  const same = column(Array.from({ length: 30 }, (_, i) => (i % 2 === 0 ? 1 : 0)));

  it("takes them in a list or by name, in training, validation, evaluation and prediction", async () => {
    const [listed, named] = [siamese(), siamese()];
    const options = { batchSize: 8, epochs: 60, verbose: 0 } as const;
    for (const net of [listed, named])
      net.compile({
        optimizer: optimizers.adam({ learningRate: 0.01 }),
        loss: "binaryCrossentropy",
        metrics: ["accuracy"],
      });
    const { history } = await listed.fit([left, right], same, {
      ...options,
      validationData: [[left, right], same],
    });
    expect(history.loss?.at(-1)).toBeLessThan((history.loss?.[0] as number) / 2);
    expect(history.val_loss?.at(-1)).toBeLessThan((history.val_loss?.[0] as number) / 2);
    await named.fit({ right, left }, same, options);
    expect(named.getWeights()).toEqual(listed.getWeights());
    const scores = await listed.evaluate([left, right], same);
    expect(await named.evaluate({ left, right }, same)).toEqual(scores);
    expect(scores.accuracy).toBeGreaterThan(0.9);
    const { data } = await listed.predict([left, right]);
    // Products of batches of other sizes are rounded elsewhere.
    expect(relativeError((await named.predict({ left, right }, { batchSize: 7 })).data, data)).toBeLessThan(
      1e-6,
    );
    expect(await named.trainOnBatch({ left, right }, same)).toEqual(
      await listed.trainOnBatch([left, right], same),
    );
  });

  it("is saved with them, and exported under their names", async () => {
    const net = siamese();
    const again = await fromKeras(await net.toKeras(), { runtime });
    expect(await again.predict({ left, right })).toEqual(await net.predict([left, right]));
    expect(readOnnx(net.toOnnx(), "twins").graph?.input.map(({ name }) => name)).toEqual(["left", "right"]);
    net.compile({ optimizer: "sgd", loss: "mse" });
    expect(net.trainGraph().length).toBeGreaterThan(1000);
  });

  it("names those that are missing, too many, or of another shape or number", async () => {
    const net = siamese();
    const refused = (x: Parameters<Model["predict"]>[0]) => expect(net.predict(x)).rejects;
    await refused(left).toThrow(
      /predict: the model has 2 inputs, left, right: give a list of as many tensors/,
    );
    await refused([left]).toThrow(/2 inputs, left, right/);
    await refused({ left }).toThrow(/2 inputs, left, right/);
    await refused({ left, right, more: left }).toThrow(/2 inputs, left, right/);
    await refused([left, tensor("float32", [30, 3], noise(90))]).toThrow(
      /the input "right" takes samples of shape \[4\]/,
    );
    await refused([left, tensor("float32", [29, 4], noise(116))]).toThrow(
      /"left" has 30 samples, but "right" has 29/,
    );
  });
});
