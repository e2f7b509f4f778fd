import { describe, expect, it } from "vitest";
import { differentiate } from "../../src/graph/differentiate.js";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import { mul, reduceSum } from "../../src/graph/ops.js";
import type { Value } from "../../src/graph/value.js";
import { type Layer, layers, nodeRuntime, type Sequential, sequential, tensor } from "../../src/index.js";
import { concatenate } from "../../src/layers/concatenate.js";
import * as mergeLayers from "../../src/layers/merging.js";
import { layers as registry } from "../../src/layers/registry.js";
import { serializeLayer } from "../../src/layers/serialize.js";
import { lower } from "../../src/lowering/lower.js";
import { lowerings } from "../../src/lowering/registry.js";
import { emitForward, inputName } from "../../src/model/forward.js";
import { weightFeeds } from "../../src/model/training-step.js";
import {
  caseName,
  largestDeviation,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";
import { deserializeLayer } from "../layers/deserialize-layer.js";
import { endings, reopened } from "./reopened.js";

interface LayerCase {
  readonly layer: Serialized;
  /** As tf_keras writes it; null where it has no such class. */
  readonly keras2: Serialized | null;
  readonly inputShape: readonly number[];
  readonly weights: readonly StoredTensor[];
  readonly x: StoredTensor;
  /** Outside of training. */
  readonly y: StoredTensor;
  /** What the outputs are multiplied with, and of whose sum the gradients are. */
  readonly cotangent: StoredTensor;
  readonly dx: StoredTensor;
  readonly gradients: readonly StoredTensor[];
}

const cases = readKerasFixture<LayerCase[]>("classes/layers.json");
const runtime = nodeRuntime({ threads: 1 });

function modelOf(given: LayerCase): Sequential {
  const layer = deserializeLayer(given.layer, "fixture");
  const model = sequential([layers.input({ shape: given.inputShape }), layer], { seed: 1, runtime });
  model.setWeights(given.weights.map(({ data }) => Float32Array.from(data)));
  return model;
}

/** What a layer alone gives, and its gradients: of the input, then of the weights that are trained. */
async function withGradients(given: LayerCase, lowering: keyof typeof lowerings): Promise<Float32Array[]> {
  const { definition } = modelOf(given);
  const graph = new Graph();
  const forward = emitForward(graph, definition, { dtype: "float32", divisor: 1 }, false);
  const cotangent = graph.input("cotangent", "float32", forward.predictions.shape);
  const total = reduceSum(mul(forward.predictions, cotangent));
  const { graph: target, lowered } = lower(graph, lowerings[lowering]);
  const x = target.inputs.find(({ name }) => name === inputName) as Value;
  const weights = definition.trainableVariables.map((variable) =>
    lowered(forward.weights.get(variable) as Value),
  );
  const gradients = differentiate(lowered(total), [x, ...weights]);
  const outputs = [lowered(forward.predictions), ...gradients];
  const session = await (await runtime).load(
    encode(Object.fromEntries(outputs.map((value, i) => [`out${i}`, value]))),
  );
  const results = await session.run({
    [inputName]: stored(given.x),
    cotangent: stored(given.cotangent),
    ...weightFeeds(definition.variables),
  });
  await session.release();
  return outputs.map((_, i) => results[`out${i}`]?.data as Float32Array);
}

/** A configuration without what does not say what a layer computes. */
function computing(layer: Layer): object {
  const {
    name: _,
    trainable: _t,
    dtype: _d,
    ...config
  } = serializeLayer(layer, "it").config as Serialized["config"];
  return config;
}

/**
 * The same text for numbers that are equal as float32, which Keras 2 writes, for a range given by one number, and for the last axis
 * by either of its numbers.
 */
const roughly = (config: object, { inputShape }: LayerCase): string =>
  JSON.stringify(config, (key, value) => {
    if (key === "axis" && value === inputShape.length) return -1;
    if (key === "factor" && typeof value === "number") return [-value, value].map(Math.fround);
    return typeof value === "number" ? Math.fround(value) : value;
  });

it("every layer that is registered has a case of Keras's", () => {
  // Layers of several inputs stand in no chain: the tests of connected models compare them with Keras.
  const merging = [...Object.values(mergeLayers), concatenate].map(({ definition }) => definition.className);
  const found = new Set([...cases.map(({ layer }) => layer.class_name), ...merging, "InputLayer"]);
  expect([...registry.classNames].sort()).toEqual([...found].sort());
});

describe.each(cases.map((given, i) => [`${i} ${caseName(given.layer)}`, given] as const))(
  "%s",
  (_, given) => {
    const layer = deserializeLayer(given.layer, "fixture");

    it.each(["direct", "tiledGemm"] as const)(
      "has Keras's values and gradients in the %s form",
      async (lowering) => {
        const [y, dx, ...gradients] = (await withGradients(given, lowering)) as [Float32Array, Float32Array];
        expect(largestDeviation(y, given.y.data)).toBeLessThan(1e-5);
        expect(largestDeviation(dx, given.dx.data)).toBeLessThan(1e-5);
        expect(gradients.length).toBe(given.gradients.length);
        for (const [i, gradient] of (gradients as Float32Array[]).entries()) {
          expect(largestDeviation(gradient, given.gradients[i]?.data ?? [])).toBeLessThan(1e-5);
        }
      },
    );

    it("predicts Keras's values, in the shape that it says", async () => {
      const model = modelOf(given);
      const predicted = await model.predict(stored(given.x), { batchSize: 2 });
      expect(predicted.shape).toEqual(given.y.shape);
      expect(model.outputShape.slice(1)).toEqual(given.y.shape.slice(1));
      expect(largestDeviation(predicted.data, given.y.data)).toBeLessThan(1e-5);
      await model.dispose();
    });

    it("is read from the configuration that it writes, which has Keras's entries", () => {
      const written = JSON.parse(JSON.stringify(serializeLayer(layer, "it")));
      expect(computing(deserializeLayer(written, "file"))).toEqual(computing(layer));
      const keras = { ...given.keras2?.config, ...given.layer.config };
      for (const key of Object.keys(computing(layer))) expect(Object.keys(keras)).toContain(key);
      if (given.keras2) {
        const read = computing(deserializeLayer(given.keras2, "file"));
        expect(roughly(read, given)).toBe(roughly(computing(layer), given));
      }
    });

    it.each(endings)("survives in a %s file", async (ending) => {
      const model = modelOf(given);
      const again = await reopened(model, ending);
      expect(again.definition.layers.at(-1)?.layer.className).toBe(layer.className);
      expect((await again.predict(stored(given.x))).data).toEqual(
        (await model.predict(stored(given.x))).data,
      );
      await Promise.all([model.dispose(), again.dispose()]);
    });

    it("is exported to ONNX", async () => {
      const model = modelOf(given);
      const session = await (await runtime).load(model.toOnnx());
      const outputs = await session.run({ images: stored(given.x) });
      const [y] = Object.values(outputs);
      expect(y?.shape).toEqual(given.y.shape);
      expect(largestDeviation((y?.data ?? []) as Float32Array, given.y.data)).toBeLessThan(1e-5);
      await session.release();
    });

    it("trains a step", async () => {
      const model = sequential(
        [layers.input({ shape: given.inputShape }), layer, layers.flatten(), layers.dense({ units: 2 })],
        { seed: 3, runtime },
      );
      model.compile({ optimizer: "sgd", loss: "mse" });
      const before = model.getWeights();
      const { history } = await model.fit(
        stored(given.x),
        tensor("float32", [3, 2], new Float32Array(6).fill(1)),
        {
          verbose: 0,
        },
      );
      expect(Number.isFinite(history.loss?.[0])).toBe(true);
      const trained = model.definition.variables.filter(({ trainable }) => trainable);
      expect(trained.length).toBe(given.gradients.length + 2);
      for (const [i, { trainable, data }] of model.definition.variables.entries()) {
        if (trainable) expect(data).not.toEqual(before[i]);
      }
      await model.dispose();
    });
  },
);
