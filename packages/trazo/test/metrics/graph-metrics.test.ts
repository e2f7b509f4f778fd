import { describe, expect, it } from "vitest";
import type { Json } from "../../src/errors.js";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import { metrics, nodeRuntime, type Tensor, tensor } from "../../src/index.js";
import { deserializeMetric, metricFrom } from "../../src/metrics/registry.js";

const runtime = nodeRuntime({ threads: 1 });

/** The metric's value for every sample. */
async function values(
  metric: metrics.MeanMetric,
  targets: Tensor,
  rows: readonly (readonly number[])[],
): Promise<number[]> {
  const graph = new Graph();
  const shape = [rows.length, (rows[0] as readonly number[]).length];
  const predictions = graph.input("p", "float32", shape);
  const each = metric.call(graph.input("y", targets.dtype, targets.shape), predictions);
  const session = await (await runtime).load(encode({ each }));
  const outputs = await session.run({
    y: targets,
    p: tensor("float32", shape, Float32Array.from(rows.flat())),
  });
  await session.release();
  expect(outputs.each?.shape).toEqual([rows.length]);
  return Array.from(outputs.each?.data as Float32Array);
}

const bytes = (...labels: number[]): Tensor => tensor("uint8", [labels.length], Uint8Array.from(labels));
const floats = (shape: number[], ...data: number[]): Tensor =>
  tensor("float32", shape, Float32Array.from(data));

describe("accuracy", () => {
  const rows = [
    [0.1, 0.7, 0.2],
    [0.4, 0.3, 0.3],
    [0.2, 0.2, 0.6],
  ];

  it("compares classes for one-hot targets", async () => {
    const y = floats([3, 3], 0, 1, 0, 0, 0, 1, 0, 0, 1);
    expect(await values(metrics.accuracy(), y, rows)).toEqual([1, 0, 1]);
  });

  it("compares classes for class numbers of every type, in a row or a column", async () => {
    const forms = [
      bytes(1, 2, 2),
      tensor("int32", [3, 1], Int32Array.of(1, 2, 2)),
      tensor("int64", [3], BigInt64Array.of(1n, 2n, 2n)),
      floats([3, 1], 1, 2, 2),
    ];
    for (const y of forms) expect(await values(metrics.accuracy(), y, rows)).toEqual([1, 0, 1]);
  });

  it("takes the first among equals, of predictions and of targets", async () => {
    const equal = [
      [0.5, 0.5],
      [0.5, 0.5],
    ];
    expect(await values(metrics.accuracy(), bytes(0, 1), equal)).toEqual([1, 0]);
    const soft = floats([2, 2], 0.5, 0.5, 0.4, 0.6);
    expect(await values(metrics.accuracy(), soft, equal)).toEqual([1, 0]);
  });

  it("of a single output asks whether it is strictly above one half", async () => {
    const single = [[0.51], [0.5], [0.2], [0.9]];
    expect(await values(metrics.accuracy(), bytes(1, 1, 0, 0), single)).toEqual([1, 0, 1, 0]);
    expect(await values(metrics.accuracy(), floats([4, 1], 1, 0, 0, 0), single)).toEqual([1, 1, 1, 0]);
  });

  it("keeps the name that it is asked for by", () => {
    expect(metricFrom("accuracy").name).toBe("accuracy");
    expect(metricFrom("acc").name).toBe("acc");
  });
});

describe("binaryAccuracy", () => {
  // Keras: mean((y_pred > threshold) == y_true) over the last axis.
  const rows = [
    [0.9, 0.2, 0.6, 0.4],
    [0.5, 0.8, 0.1, 0.7],
  ];
  const y = floats([2, 4], 1, 0, 0, 0, 1, 1, 0, 1);

  it("counts every output by itself", async () => {
    expect(await values(metrics.binaryAccuracy(), y, rows)).toEqual([0.75, 0.75]);
  });

  it("takes another threshold", async () => {
    expect(await values(metrics.binaryAccuracy({ threshold: 0.65 }), y, rows)).toEqual([1, 0.75]);
    expect(() => metrics.binaryAccuracy({ threshold: 1.5 })).toThrow(
      "threshold must be a finite number from 0 to 1",
    );
  });

  it("takes one number a sample where there is one output, and no class numbers where there are more", async () => {
    expect(await values(metrics.binaryAccuracy(), bytes(1, 0), [[0.51], [0.2]])).toEqual([1, 1]);
    await expect(values(metrics.binaryAccuracy(), bytes(1, 0), rows)).rejects.toThrow(/target of its own/);
  });
});

describe("categoricalAccuracy and sparseCategoricalAccuracy", () => {
  const rows = [
    [0.1, 0.7, 0.2],
    [0.4, 0.3, 0.3],
  ];
  const oneHot = floats([2, 3], 0, 1, 0, 0, 0, 1);

  it("compare the most probable class, each with targets of its kind", async () => {
    expect(await values(metrics.categoricalAccuracy(), oneHot, rows)).toEqual([1, 0]);
    expect(await values(metrics.sparseCategoricalAccuracy(), bytes(1, 2), rows)).toEqual([1, 0]);
    expect(await values(metrics.sparseCategoricalAccuracy(), floats([2, 1], 1, 0), rows)).toEqual([1, 1]);
  });

  it("refuse the other kind, and name the metric for it", async () => {
    await expect(values(metrics.categoricalAccuracy(), bytes(1, 2), rows)).rejects.toThrow(
      /sparseCategoricalAccuracy/,
    );
    await expect(values(metrics.sparseCategoricalAccuracy(), oneHot, rows)).rejects.toThrow(
      /use categoricalAccuracy/,
    );
  });

  it.each([
    ["categoricalAccuracy", "categorical_accuracy"],
    ["sparse_categorical_accuracy", "sparse_categorical_accuracy"],
    ["BinaryAccuracy", "binary_accuracy"],
    ["top_k_categorical_accuracy", "top_k_categorical_accuracy"],
  ])("are asked for by name: %s", (spec, name) => {
    expect(metricFrom(spec).name).toBe(name);
  });
});

describe("topKAccuracy", () => {
  const rows = [
    [0.1, 0.4, 0.3, 0.2],
    [0.1, 0.4, 0.3, 0.2],
    [0.1, 0.4, 0.3, 0.2],
  ];

  it("asks whether the true class is among the k largest", async () => {
    const y = bytes(1, 2, 0);
    expect(await values(metrics.topKAccuracy({ k: 1 }), y, rows)).toEqual([1, 0, 0]);
    expect(await values(metrics.topKAccuracy({ k: 2 }), y, rows)).toEqual([1, 1, 0]);
    expect(await values(metrics.topKAccuracy({ k: 4 }), y, rows)).toEqual([1, 1, 1]);
    expect(await values(metrics.topKAccuracy(), y, rows)).toEqual([1, 1, 1]);
  });

  it("takes one-hot targets too, and counts ties as hits, as TensorFlow does", async () => {
    const y = floats([2, 4], 0, 0, 1, 0, 1, 0, 0, 0);
    const equal = [
      [0.25, 0.25, 0.25, 0.25],
      [0.3, 0.4, 0.3, 0],
    ];
    expect(await values(metrics.topKAccuracy({ k: 1 }), y, equal)).toEqual([1, 0]);
    expect(await values(metrics.topKAccuracy({ k: 2 }), y, equal)).toEqual([1, 1]);
  });

  it("counts predictions that are not finite as misses, as TensorFlow does", async () => {
    const broken = [
      [Number.NaN, Number.NaN],
      [0.9, Number.POSITIVE_INFINITY],
      [0.9, 0.1],
    ];
    expect(await values(metrics.topKAccuracy({ k: 2 }), bytes(0, 0, 1), broken)).toEqual([0, 0, 1]);
  });

  it("is called as in Keras, unless named", () => {
    expect(metrics.topKAccuracy().name).toBe("top_k_categorical_accuracy");
    expect(metrics.topKAccuracy({ name: "top3", k: 3 }).name).toBe("top3");
  });

  it.each([0, 2.5, Number.NaN])("refuses a k of %s", (k) => {
    expect(() => metrics.topKAccuracy({ k })).toThrow(
      `TopKCategoricalAccuracy k must be a positive integer, but got ${k}`,
    );
  });
});

describe("Keras configurations of metrics", () => {
  it.each([
    ["accuracy", "accuracy"],
    ["acc", "acc"],
    [
      { class_name: "MeanMetricWrapper", config: { name: "accuracy", fn: "categorical_accuracy" } },
      "accuracy",
    ],
    [{ class_name: "SparseCategoricalAccuracy", config: { name: "acc" } }, "acc"],
    [{ class_name: "TopKCategoricalAccuracy", config: { name: "top3", dtype: "float32", k: 3 } }, "top3"],
  ])("%j is read", (json, name) => {
    expect(deserializeMetric(json as Json, "file").name).toBe(name);
  });

  it("are read as they are written", async () => {
    const again = deserializeMetric(metrics.topKAccuracy({ k: 2, name: "top2" }).keras, "file");
    expect(again.keras).toEqual(metrics.topKAccuracy({ k: 2, name: "top2" }).keras);
    expect(await values(again as metrics.MeanMetric, bytes(2), [[0.1, 0.4, 0.3, 0.2]])).toEqual([1]);
  });

  it("compute what their class says, whatever they are called", async () => {
    const json = (config: object, class_name = "BinaryAccuracy"): Json =>
      ({ class_name, config: { name: "accuracy", dtype: "float32", ...config } }) as Json;
    const row = [[0.9, 0.6, 0.1]];
    const y = floats([1, 3], 1, 0, 0);
    const value = async (given: Json): Promise<number> => {
      const metric = deserializeMetric(given, "file");
      expect(metric.name).toBe("accuracy");
      expect(deserializeMetric(metric.keras, "again").keras).toEqual(metric.keras);
      return (await values(metric as metrics.MeanMetric, y, row))[0] as number;
    };
    expect(await value(json({ threshold: 0.5 }))).toBeCloseTo(2 / 3);
    expect(await value(json({ threshold: 0.7 }))).toBe(1);
    expect(await value(json({ fn: "binary_accuracy" }, "MeanMetricWrapper"))).toBeCloseTo(2 / 3);
    expect(await value(json({}, "CategoricalAccuracy"))).toBe(1);
  });

  it("are refused with an option that is not known, and by their class", () => {
    const accuracyClass = { class_name: "Accuracy", config: { name: "accuracy" } };
    expect(() => deserializeMetric(accuracyClass, "a.h5")).toThrow(
      /the metric "Accuracy" \(named "accuracy"\) is not/,
    );
    const odd = { class_name: "CategoricalAccuracy", config: { name: "accuracy", axis: 2 } };
    expect(() => deserializeMetric(odd, "a.h5")).toThrow(/axis/);
  });

  it.each(["bleu", { class_name: "MeanMetricWrapper", config: { name: "mse" } }])("%j is refused", (json) => {
    expect(() => deserializeMetric(json as Json, "a.h5: metrics")).toThrow(
      /^a\.h5: metrics: the metric ".*" is not/,
    );
  });
});
