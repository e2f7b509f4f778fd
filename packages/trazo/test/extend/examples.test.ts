import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  defineLayer,
  defineLoss,
  defineMetric,
  layers,
  loadModel,
  nodeRuntime,
  ops,
  optimizers,
  sequential,
  tensor,
} from "trazo";
import { afterAll, describe, expect, it } from "vitest";
import { f1Score } from "../../../../examples/extend/f1-score.js";
import { focalLoss } from "../../../../examples/extend/focal-loss.js";
import { residualBlock } from "../../../../examples/extend/residual-block.js";
import { stopAt } from "../../../../examples/extend/stop-at.js";

const runtime = nodeRuntime({ threads: 1 });
const folder = mkdtempSync(join(tmpdir(), "trazo-extend-"));
const path = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const customObjects = { layers: [residualBlock], losses: [focalLoss], metrics: [f1Score] };

/** Images that are bright on the left (class 0) or on the right (class 1). */
function sides(count: number) {
  const x = new Float32Array(count * 16);
  const y = new Float32Array(count * 2);
  for (let i = 0; i < count; i++) {
    const right = i % 2;
    for (let at = 0; at < 16; at++) {
      const isRight = at % 4 > 1 ? 1 : 0;
      x[i * 16 + at] = (isRight === right ? 0.6 : 0.3) + ((i * 7 + at * 3) % 10) / 25;
    }
    y[i * 2 + right] = 1;
  }
  return { x: tensor("float32", [count, 4, 4, 1], x), y: tensor("float32", [count, 2], y) };
}

const network = () =>
  sequential(
    [
      layers.conv2d({ filters: 2, kernelSize: 3, padding: "same", inputShape: [4, 4, 1] }),
      residualBlock({ name: "block" }),
      layers.flatten(),
      layers.dense({ units: 2, activation: "softmax" }),
    ],
    { seed: 4, runtime },
  );

const column = (values: readonly number[]) =>
  tensor("float32", [values.length, 1], Float32Array.from(values));

/** Predicts what it is given. */
function echo(width: number) {
  const model = sequential([layers.dense({ units: width, useBias: false, inputShape: [width] })], {
    seed: 1,
    runtime,
  });
  model.setWeights([Float32Array.from({ length: width ** 2 }, (_, i) => (i % (width + 1) === 0 ? 1 : 0))]);
  return model;
}

describe("a residual block", () => {
  it("adds what it computes to its input", async () => {
    const model = sequential([residualBlock({ kernelSize: 1, inputShape: [1, 1, 1] })], { seed: 1, runtime });
    model.setWeights([Float32Array.of(2), Float32Array.of(1), Float32Array.of(3), Float32Array.of(-4)]);
    // relu(x + 3 relu(2 x + 1) - 4)
    const output = await model.predict(tensor("float32", [3, 1, 1, 1], Float32Array.of(1, 0, -2)));
    expect([...output.data]).toEqual([6, 0, 0]);
  });

  it("learns, together with the focal loss, the F1 score and a callback of one's own", async () => {
    const { x, y } = sides(32);
    const model = network();
    model.compile({
      optimizer: optimizers.adam({ learningRate: 0.02 }),
      loss: focalLoss({ gamma: 1.5 }),
      metrics: ["accuracy"],
    });
    const { history } = await model.fit(x, y, {
      epochs: 60,
      batchSize: 8,
      verbose: 0,
      callbacks: [stopAt("accuracy", 1)],
    });
    expect(history.accuracy?.at(-1)).toBe(1);
    expect(history.accuracy?.length).toBeLessThan(60);
    expect(history.loss?.at(-1)).toBeLessThan(history.loss?.[0] as number);
  });

  it("has its weights frozen where it is not trainable", () => {
    const model = sequential([residualBlock({ trainable: false, inputShape: [2, 2, 1] })], {
      seed: 1,
      runtime,
    });
    expect(model.definition.variables.map(({ trainable }) => trainable)).toEqual([
      false,
      false,
      false,
      false,
    ]);
  });

  it("refuses options as the library's own layers do", () => {
    expect(() => residualBlock({ kernelSize: 0 })).toThrow(
      "ResidualBlock kernelSize must be a positive integer, but got 0.",
    );
    expect(() => residualBlock({ kernel_size: 3 } as never)).toThrow("Did you mean kernelSize?");
  });
});

describe("a focal loss", () => {
  const probabilities = tensor("float32", [2, 2], Float32Array.of(0.9, 0.1, 0.3, 0.7));
  const truth = tensor("float32", [2, 2], Float32Array.of(1, 0, 1, 0));

  it.each([0, 2])("is -(1 - p)^%s log p", async (gamma) => {
    const model = echo(2);
    model.compile({ optimizer: "sgd", loss: focalLoss({ gamma }) });
    const expected = [0.9, 0.3].map((p) => -((1 - p) ** gamma) * Math.log(p));
    const { loss } = await model.evaluate(probabilities, truth);
    expect(loss).toBeCloseTo(((expected[0] as number) + (expected[1] as number)) / 2, 5);
  });
});

describe("an F1 score", () => {
  const x = column([0.9, 0.8, 0.2, 0.7, 0.6]);
  const y = column([1, 0, 1, 1, 0]);

  it("is of all samples, over any batches", async () => {
    const model = echo(1);
    model.compile({
      optimizer: "sgd",
      loss: "mse",
      metrics: [f1Score(), f1Score({ threshold: 0.75, name: "strict" })],
      weightedMetrics: [f1Score()],
    });
    for (const batchSize of [1, 2, 5]) {
      const scores = await model.evaluate(x, y, { batchSize, sampleWeight: [2, 1, 1, 1, 0.5] });
      // Precision 2/4 and recall 2/3; 1/2 and 1/3; with weights 3/4.5 and 3/4.
      expect(scores.binary_f1).toBeCloseTo(4 / 7, 12);
      expect(scores.strict).toBeCloseTo(2 / 5, 12);
      expect(scores.weighted_binary_f1).toBeCloseTo(6 / 8.5, 12);
    }
  });

  it("is 0 where nothing is positive", async () => {
    const model = echo(1);
    model.compile({ optimizer: "sgd", loss: "mse", metrics: [f1Score()] });
    expect((await model.evaluate(column([0, 0]), column([0, 0]))).binary_f1).toBe(0);
  });
});

describe("files with classes of one's own", () => {
  const { x, y } = sides(16);
  const trained = async () => {
    const model = network();
    model.compile({
      optimizer: "adam",
      loss: focalLoss({ gamma: 3 }),
      metrics: ["accuracy", columnF1({ name: "f1" })],
    });
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    return model;
  };
  // A second class of the same kind, in a package of its own.
  const columnF1 = defineMetric({
    className: "ColumnF1",
    package: "mine",
    options: {},
    create: () => ({
      call: (targets, predictions) =>
        ops.cast(ops.equal(ops.argMax(targets), ops.argMax(predictions)), "float32"),
    }),
  });
  const own = { ...customObjects, metrics: [f1Score, columnF1] };

  it.each(["own.keras", "own.h5"])("are opened with them, and go on: %s", async (name) => {
    const model = await trained();
    await model.save(path(name));
    const again = await loadModel(path(name), { seed: 4, runtime, customObjects: own });
    expect(again.metricsNames).toEqual(["loss", "accuracy", "f1"]);
    expect(await again.evaluate(x, y)).toEqual(await model.evaluate(x, y));
    const more = { epochs: 2, initialEpoch: 1, verbose: 0 } as const;
    expect((await again.fit(x, y, more)).history).toEqual((await model.fit(x, y, more)).history);
    expect(again.getWeights()).toEqual(model.getWeights());
    await again.save(path(`again-${name}`));
    expect(readFileSync(path(`again-${name}`)).length).toBeGreaterThan(0);
  });

  it.each([
    [
      "layers",
      /layers\[\d\] .*: "Custom>ResidualBlock" is not a layer of Keras's own\. .*customObjects: \{ layers:/,
    ],
    ["losses", /loss: "Custom>FocalLoss" is not a loss of Keras's own\. .*customObjects: \{ losses:/],
    ["metrics", /metrics: "mine>ColumnF1" is not a metric of Keras's own\. .*customObjects: \{ metrics:/],
  ] as const)("name what is missing: %s", async (kind, message) => {
    const model = await trained();
    for (const name of ["missing.keras", "missing.h5"]) {
      await model.save(path(name));
      const rest = { ...own, [kind]: [] };
      await expect(loadModel(path(name), { runtime, customObjects: rest })).rejects.toThrow(message);
    }
  });

  it("have Keras's registered names", async () => {
    expect(residualBlock().registeredName).toBe("Custom>ResidualBlock");
    expect(columnF1().keras).toEqual({
      class_name: "mine>ColumnF1",
      config: { name: "column_f1", dtype: "float32" },
    });
  });

  it("may have classes with the names of Keras's own", async () => {
    const dense = defineLayer({
      className: "Dense",
      options: {},
      create: () => ({
        build: (inputShape) => ({ outputShape: inputShape, weights: [] }),
        call: (input) => ops.mul(input, 2),
      }),
    });
    const model = sequential([dense({ inputShape: [1] })], { runtime });
    for (const name of ["dense.keras", "dense.h5"]) {
      await model.save(path(name));
      const again = await loadModel(path(name), { runtime, customObjects: { layers: [dense] } });
      expect([...(await again.predict(column([3]))).data]).toEqual([6]);
    }
  });

  it("take classes only", async () => {
    const wrong = { customObjects: { layers: [residualBlock()] } };
    await expect(loadModel(path("own.keras"), wrong as never)).rejects.toThrow(
      "customObjects.layers must hold what defineLayer({ … }) gave",
    );
    await expect(loadModel(path("own.keras"), { customObjects: { layer: [] } } as never)).rejects.toThrow(
      'loadModel: customObjects has no option "layer"',
    );
  });
});

describe("defineLoss", () => {
  it("takes the targets that it says it takes", async () => {
    const margin = defineLoss({
      className: "Margin",
      options: {},
      create: () => ({
        targetShape: (shape) => shape.slice(0, -1),
        call: (targets, predictions) =>
          ops.mul(ops.cast(targets, "float32"), ops.reduceSum(predictions, { axes: [-1] })),
      }),
    });
    const model = echo(2);
    model.compile({ optimizer: "sgd", loss: margin() });
    const x = tensor("float32", [1, 2], Float32Array.of(1, 2));
    expect(await model.evaluate(x, tensor("float32", [1], Float32Array.of(5)))).toEqual({ loss: 15 });
    await expect(model.evaluate(x, x)).rejects.toThrow(/^evaluate: margin needs targets of shape \[batch\]/);
  });
});
