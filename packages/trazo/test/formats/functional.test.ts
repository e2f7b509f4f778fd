import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/errors.js";
import { readModel } from "../../src/formats/read-model.js";
import {
  apply,
  layers,
  loadModel,
  type Model,
  model,
  type Predictions,
  type Tensor,
  tensor,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { kerasFixture, largestDeviation, readKerasFixture } from "../fixtures/keras/keras-fixtures.js";
import { runtime } from "../model/tiny.js";

/** What interop/keras/make_functional_fixtures.py wrote of a model. */
interface Saved {
  readonly files: readonly string[];
  readonly layers: readonly string[];
  readonly weights: readonly (readonly number[])[];
  readonly loss: number;
  readonly accuracy: number;
  readonly iterations: number;
  /** Base64 of float32. */
  readonly predictions: string;
  readonly losses: readonly number[];
}

const folder = temporaryFolder();
const x = tensor(
  "float32",
  [24, 6, 6, 2],
  Float32Array.from({ length: 24 * 72 }, (_, i) => ((i * 37) % 101) / 50 - 1),
);
const y = tensor(
  "float32",
  [24, 3],
  Float32Array.from({ length: 72 }, (_, i) => ((Math.floor(i / 3) * 7 + 1) % 3 === i % 3 ? 1 : 0)),
);
const rows = ({ shape, data }: Tensor, from: number, to: number): Tensor => {
  const size = data.length / (shape[0] as number);
  return tensor(
    "float32",
    [to - from, ...shape.slice(1)],
    data.slice(from * size, to * size) as Float32Array,
  );
};

async function nextLosses(net: Model, count: number): Promise<number[]> {
  const losses: number[] = [];
  for (let i = 0; i < count; i++) {
    const { history } = await net.fit(rows(x, 8 * i, 8 * i + 8), rows(y, 8 * i, 8 * i + 8), {
      batchSize: 8,
      shuffle: false,
      verbose: 0,
    });
    losses.push(history.loss?.[0] as number);
  }
  return losses;
}

function predictionsOf({ predictions }: Saved): Float32Array {
  const bytes = Buffer.from(predictions, "base64");
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}

async function expectSaved(net: Model, saved: Saved): Promise<void> {
  expect(largestDeviation((await net.predict(x)).data, predictionsOf(saved))).toBeLessThan(1e-5);
  const scores = await net.evaluate(x, y, { batchSize: 8 });
  expect(Math.abs((scores.loss as number) - saved.loss)).toBeLessThan(1e-5);
  expect(scores.accuracy).toBeCloseTo(saved.accuracy, 6);
}

async function expectSameTraining(net: Model, saved: Saved): Promise<void> {
  expect(net.optimizer.iterations).toBe(saved.iterations);
  for (const [i, loss] of (await nextLosses(net, saved.losses.length)).entries()) {
    expect(Math.abs(loss - (saved.losses[i] as number))).toBeLessThan(1e-4);
  }
}

describe.each(["keras3", "tf_keras"])("models of connected layers, saved by %s:", (peer) => {
  const models = Object.entries(readKerasFixture<Record<string, Saved>>(`functional/${peer}.json`));
  const whole = models.flatMap(([name, saved]) =>
    saved.files.filter((file) => !file.includes("weights")).map((file) => [file, name, saved] as const),
  );

  it.each(whole)("%s predicts, evaluates, trains on and is saved again as there", async (file, _, saved) => {
    const net = await loadModel(kerasFixture(`functional/${file}`), { runtime });
    const named = net.definition.layers.map(({ name }) => name);
    expect(net.definition.kind === "Functional" ? named : named.slice(1)).toEqual(saved.layers);
    await expectSaved(net, saved);
    for (const kind of [".keras", ".h5"]) {
      const path = folder.path(`again${kind}`);
      await net.save(path);
      const again = await loadModel(path, { runtime });
      expect(again.getWeights()).toEqual(net.getWeights());
      expect(again.getOptimizerSlots()).toEqual(net.getOptimizerSlots());
      expect(again.toJSON()).toEqual(net.toJSON());
      await expectSaved(again, saved);
      await again.dispose();
    }
    await expectSameTraining(net, saved);
    await net.dispose();
  });

  const weights = models.flatMap(([name, saved]) =>
    saved.files.filter((file) => file.includes("weights")).map((file) => [file, name, saved] as const),
  );
  it.each(weights)(
    "%s gives its weights and the optimizer's state to such a model",
    async (file, name, saved) => {
      const from = saved.files.find(
        (other) => other.includes(`-${name}.`) && !other.includes("weights"),
      ) as string;
      const net = await loadModel(kerasFixture(`functional/${from}`), { runtime });
      const wanted = net.getWeights();
      net.setWeights(wanted.map((values) => values.map(() => 0)));
      await net.loadWeights(kerasFixture(`functional/${file}`));
      expect(net.getWeights()).toEqual(wanted);
      await expectSameTraining(net, saved);
      const path = folder.path("again.weights.h5");
      await net.saveWeights(path);
      const now = net.getWeights();
      net.setWeights(wanted);
      await net.loadWeights(path);
      expect(net.getWeights()).toEqual(now);
      await net.dispose();
    },
  );
});

/** What make_functional_fixtures.py wrote of a model of two outputs. */
interface SavedOutputs {
  readonly files: readonly string[];
  readonly outputs: readonly string[];
  readonly layers: readonly string[];
  readonly scores: Readonly<Record<string, number>>;
  readonly iterations: number;
  /** Base64 of float32, one per output. */
  readonly predictions: readonly string[];
  readonly losses: readonly number[];
}

const numbers = (shape: number[], step: number): Tensor<"float32"> => {
  const length = shape.reduce((a, b) => a * b, 1);
  return tensor(
    "float32",
    shape,
    Float32Array.from({ length }, (_, i) => ((i * step) % 101) / 50 - 1),
  );
};

describe.each(["keras3", "tf_keras"])("models of several outputs, saved by %s:", (peer) => {
  const cases = Object.values(
    readKerasFixture<Record<string, SavedOutputs>>(`functional/${peer}-outputs.json`),
  ).flatMap((saved) => saved.files.map((file) => [file, saved] as const));
  const inputs = [x, numbers([24, 3], 11)];
  const amounts = numbers([24, 1], 5);
  const weights = [
    Float32Array.from({ length: 24 }, (_, i) => i / 12),
    Float32Array.from({ length: 24 }, (_, i) => (24 - i) / 12),
  ];

  async function expectSavedOutputs(net: Model<Predictions>, saved: SavedOutputs): Promise<void> {
    const targets = byName(saved, (name) => (["amount", "alpha"].includes(name) ? amounts : y));
    const sampleWeight = byName(saved, (_, i) => weights[i] as Float32Array);
    const given = await net.predict(inputs);
    const predictions = Array.isArray(given)
      ? given
      : saved.outputs.map((name) => (given as Readonly<Record<string, Tensor<"float32">>>)[name]);
    expect(Array.isArray(given)).toBe(!saved.outputs.includes("zeta"));
    for (const [i, text] of saved.predictions.entries()) {
      const bytes = Buffer.from(text, "base64");
      const wanted = new Float32Array(
        bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength),
      );
      expect(largestDeviation((predictions[i] as Tensor<"float32">).data, wanted)).toBeLessThan(1e-5);
    }
    const scores = await net.evaluate(inputs, targets, { batchSize: 24, sampleWeight });
    const wanted = Object.entries(saved.scores).map(([key, value]) => [loggedAs(key, saved), value] as const);
    expect(Object.keys(scores).sort()).toEqual(wanted.map(([name]) => name).sort());
    for (const [name, value] of wanted) {
      expect(Math.abs((scores[name] as number) - value), name).toBeLessThan(1e-5);
    }
  }

  /** Keras 2 logs outputs under the names of their layers, Keras 3 under those that they were given. */
  const loggedAs = (key: string, { outputs }: SavedOutputs): string =>
    outputs.includes("zeta") ? key.replace(/^amount_/, "alpha_").replace(/^kind_/, "zeta_") : key;

  const byName = <T>(saved: SavedOutputs, of: (name: string, i: number) => T): Record<string, T> =>
    Object.fromEntries(saved.outputs.map((name, i) => [name, of(name, i)]));

  it.each(cases)("%s predicts, evaluates, trains on and is saved again as there", async (file, saved) => {
    const net = await loadModel<Predictions>(kerasFixture(`functional/${file}`), { runtime });
    expect(net.definition.layers.map(({ name }) => name)).toEqual(saved.layers);
    expect(net.outputNames).toEqual(saved.outputs);
    await expectSavedOutputs(net, saved);
    for (const kind of [".keras", ".h5"]) {
      const path = folder.path(`again${kind}`);
      await net.save(path);
      const again = await loadModel<Predictions>(path, { runtime });
      expect(again.getOptimizerSlots()).toEqual(net.getOptimizerSlots());
      expect(again.toJSON()).toEqual(net.toJSON());
      await expectSavedOutputs(again, saved);
      await again.dispose();
    }
    // Keras 3 forgets the optimizer in an .h5 file of a model that it has saved as .keras before.
    expect(net.optimizer.iterations).toBe(saved.iterations);
    for (const [i, loss] of saved.losses.entries()) {
      const part = (one: Tensor): Tensor => rows(one, 8 * i, 8 * i + 8);
      const targets = byName(saved, (name) => part(["amount", "alpha"].includes(name) ? amounts : y));
      const sampleWeight = byName(saved, (_, k) => (weights[k] as Float32Array).slice(8 * i, 8 * i + 8));
      const logs = await net.trainOnBatch(inputs.map(part), targets, { sampleWeight });
      expect(Math.abs((logs.loss as number) - loss)).toBeLessThan(1e-4);
    }
    await net.dispose();
  });
});

describe("the configuration of a model of connected layers", () => {
  const made = (): JsonObject => {
    const pixels = layers.input({ shape: [6, 6, 2], name: "pixels" });
    const norm = apply(layers.batchNormalization({ name: "norm" }), pixels, { training: false });
    const sum = apply(layers.add({ name: "sum" }), [pixels, norm]);
    return model({ inputs: pixels, outputs: sum }).toJSON();
  };
  const read = (config: JsonObject) => readModel(config, "3.15.0", "a.keras").define(1);
  const changed = (from: string, to: string): JsonObject =>
    JSON.parse(JSON.stringify(made()).replace(from, to)) as JsonObject;

  it("keeps calls that are always as outside of training", () => {
    const definition = read(made());
    expect(definition.calls.map(({ application }) => application.training)).toEqual([
      undefined,
      false,
      undefined,
    ]);
  });

  it.each([
    [
      "a layer that is not there",
      '["norm",0,0]',
      '["other",0,0]',
      /takes a tensor of "other", which the model does not have/,
    ],
    [
      "a call that is not there",
      '["norm",0,0]',
      '["norm",3,0]',
      /"sum": it takes tensors that no layer of the model gives/,
    ],
    ["layers in a circle", '["pixels",0,0]', '["sum",0,0]', /no layer of the model gives/],
    [
      "training mode",
      '"training":false',
      '"training":true',
      /"norm": called with training = true, which is not supported/,
    ],
    ["an option", '"training":false', '"scale":2', /"norm": called with scale = 2/],
    ["no outputs", '"output_layers":["sum",0,0]', '"output_layers":[]', /output_layers is empty/],
    [
      "another output",
      '"output_layers":["sum",0,0]',
      '"output_layers":["sum",0,1]',
      /output_layers names a tensor of "sum"/,
    ],
    [
      "what is no reference",
      '"output_layers":["sum",0,0]',
      '"output_layers":["sum","0",0]',
      /is not a reference to a tensor/,
    ],
    [
      "another kind of model",
      '"class_name":"Functional"',
      '"class_name":"Subclassed"',
      /only Sequential and Functional models/,
    ],
  ])("is refused with %s", (_, from, to, message) => {
    expect(() => read(changed(from, to))).toThrow(message);
  });

  it("is refused with a layer that is not supported, by its place in the models that hold it", () => {
    const pixels = layers.input({ shape: [6, 6, 2], name: "pixels" });
    const block = model({
      inputs: pixels,
      outputs: apply(layers.flatten({ name: "flat" }), pixels),
      name: "block",
    });
    const outer = layers.input({ shape: [6, 6, 2], name: "outer" });
    const whole = model({ inputs: outer, outputs: apply(block, outer), name: "whole" });
    const text = JSON.stringify(whole.toJSON()).replace('"class_name":"Flatten"', '"class_name":"LSTM"');
    expect(() => read(JSON.parse(text) as JsonObject)).toThrow(
      /^a\.keras: layers\[1\] Functional "block": layers\[1\] LSTM.*not supported/,
    );
  });

  it("is refused with a number where Keras's operators take one", () => {
    const config = made();
    const text = JSON.stringify(config).replace(
      /\{"class_name":"__keras_tensor__"[^}]*\["norm",0,0\]\}\}/,
      "2",
    );
    expect(() => read(JSON.parse(text) as JsonObject)).toThrow(
      /"sum": called with 2; only calls with tensors/,
    );
  });
});

it("the fixtures of connected layers are small", () => {
  const { files } = Object.values(
    readKerasFixture<Record<string, Saved>>("functional/keras3.json"),
  )[0] as Saved;
  expect(readFileSync(kerasFixture(`functional/${files[0] as string}`)).length).toBeLessThan(100_000);
});
