import { describe, expect, it } from "vitest";
import {
  apply,
  layers,
  loadModel,
  type Model,
  model,
  optimizers,
  sequential,
  tensor,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { noise, runtime, smallData } from "./tiny.js";

const folder = temporaryFolder();

function backbone() {
  return sequential(
    [
      layers.input({ shape: [4, 4, 1] }),
      layers.conv2d({ filters: 3, kernelSize: 3, name: "conv" }),
      layers.batchNormalization({ momentum: 0.5, name: "norm" }),
      layers.flatten(),
    ],
    { name: "backbone", seed: 2, runtime },
  );
}

function transfer(): Model {
  const x = layers.input({ shape: [4, 4, 1] });
  const scores = apply(layers.dense({ units: 3, activation: "softmax", name: "head" }), apply(backbone(), x));
  return model({ inputs: x, outputs: scores, seed: 1, runtime });
}

/** Which weights training changes. */
async function changed(net: Model): Promise<string[]> {
  const before = net.namedWeights();
  net.compile({ optimizer: optimizers.adam(), loss: "categoricalCrossentropy" });
  await net.fit(...smallData(12), { batchSize: 6, verbose: 0 });
  const after = net.namedWeights();
  return before
    .filter(({ values }, i) => values.some((value, k) => value !== after[i]?.values[k]))
    .map(({ layer, name }) => `${layer}/${name}`);
}

describe("setTrainable", () => {
  it("freezes a backbone with its moving averages, and lets it be trained again", async () => {
    const net = transfer();
    net.setTrainable(({ name }) => name !== "backbone");
    expect(net.getLayer("backbone").trainable).toBe(false);
    expect(net.getLayer("backbone/conv").trainable).toBe(false);
    expect(await changed(net)).toEqual(["head/kernel", "head/bias"]);
    expect(net.summary({ print: () => {} })).toMatch(/Trainable params: 39 /);
    net.setTrainable(true);
    expect(await changed(net)).toHaveLength(8);
    net.setTrainable(({ path }) => path !== "backbone/norm");
    expect(await changed(net)).toEqual([
      "backbone/conv/kernel",
      "backbone/conv/bias",
      "head/kernel",
      "head/bias",
    ]);
  });

  it("lets layers be trained that were made frozen", async () => {
    const net = sequential([layers.dense({ units: 3, inputShape: [2], trainable: false, name: "a" })], {
      seed: 1,
      runtime,
    });
    expect(net.definition.trainableVariables).toEqual([]);
    net.setTrainable(true);
    expect(net.definition.trainableVariables.map(({ path }) => path)).toEqual(["a/kernel", "a/bias"]);
  });

  it("takes effect with the next compile, which may be given the same optimizer", async () => {
    const net = transfer();
    const optimizer = optimizers.sgd({ learningRate: 0.1 });
    net.compile({ optimizer, loss: "categoricalCrossentropy" });
    net.setTrainable(false);
    const before = net.getWeights();
    await net.fit(...smallData(6), { verbose: 0 });
    const trained = net.getWeights();
    expect(trained).not.toEqual(before);
    net.compile({ optimizer, loss: "categoricalCrossentropy" });
    await net.fit(...smallData(6), { verbose: 0 });
    expect(net.getWeights()).toEqual(trained);
    expect(() => net.setTrainable("head" as never)).toThrow(/takes true, false, or a function of a layer/);
  });

  it.each([".keras", ".h5"])("is kept in %s files", async (kind) => {
    const net = transfer();
    net.setTrainable(({ path }) => path !== "backbone/norm");
    const path = folder.path(`frozen${kind}`);
    await net.save(path);
    const again = await loadModel(path, { runtime });
    expect(again.getWeights()).toEqual(net.getWeights());
    expect(again.definition.trainableVariables.map(({ path }) => path)).toEqual([
      "backbone/conv/kernel",
      "backbone/conv/bias",
      "head/kernel",
      "head/bias",
    ]);
  });
});

describe("a look inside", () => {
  it("finds layers by name and path, with their shapes and weights", () => {
    const net = transfer();
    expect(net.layers.map(({ name, className }) => `${name} ${className}`)).toEqual([
      "input_layer InputLayer",
      "backbone Sequential",
      "head Dense",
    ]);
    const conv = net.getLayer("backbone/conv");
    expect(conv.outputShape.slice(1)).toEqual([2, 2, 3]);
    const [kernel, bias] = conv.getWeights() as [Float32Array, Float32Array];
    conv.setWeights([kernel.map(() => 1), bias]);
    expect(net.getWeights()[0]).toEqual(new Float32Array(27).fill(1));
    expect(() => conv.setWeights([kernel])).toThrow(/"backbone\/conv" has 2 weights, but 1 were given/);
    expect(() => net.getLayer("other")).toThrow(
      /no layer "other".*input_layer, backbone, backbone\/input_layer, backbone\/conv/,
    );
    expect(() => conv.output).toThrow(/part of a nested model/);
  });

  it("gives the feature maps of a layer, of a chain too, also after more training", async () => {
    const net = backbone();
    const [x] = smallData(3);
    const maps = net.upTo("norm");
    const flat = async (of: Model) => [...(await of.predict(x)).data];
    expect((await maps.predict(x)).shape).toEqual([3, 2, 2, 3]);
    expect(await flat(maps)).toEqual(await flat(net));
    net.compile({ optimizer: "adam", loss: "mse" });
    await net.fit(x, tensor("float32", [3, 12], noise(36)), { verbose: 0 });
    expect(await flat(maps)).toEqual(await flat(net));
  });

  it("a new head on a layer of a model trains its weights with it", async () => {
    const base = backbone();
    const scores = apply(layers.dense({ units: 3, activation: "softmax" }), base.getLayer("flatten").output);
    const net = model({ inputs: base.inputs, outputs: scores, seed: 1, runtime });
    expect(net.namedWeights().map(({ layer }) => layer)).toContain("conv");
    expect(await changed(net)).toHaveLength(8);
    expect(net.getLayer("conv").getWeights()).toEqual(base.getLayer("conv").getWeights());
  });
});
