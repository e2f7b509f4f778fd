import { describe, expect, it } from "vitest";
import {
  directionOf,
  layers,
  type Metric,
  metrics as metricFactories,
  sequential,
  type Tensor,
  tensor,
} from "../../src/index.js";
import { deserializeMetric, metrics } from "../../src/metrics/registry.js";
import {
  caseName,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";
import { endings, reopened } from "./reopened.js";

interface MetricCase {
  readonly metric: Serialized;
  readonly target: StoredTensor;
  readonly prediction: StoredTensor;
  readonly sampleWeight: StoredTensor;
  readonly value: number;
  /** Whether larger values are better. */
  readonly direction: "up" | "down" | null;
  /** With the sample weights. */
  readonly weighted: number;
}

const cases = readKerasFixture<MetricCase[]>("classes/metrics.json");

const isSparse = ({ target }: MetricCase): boolean => target.shape.length === 1;

const targetsOf = (given: MetricCase): Tensor =>
  isSparse(given)
    ? tensor("int32", given.target.shape, Int32Array.from(given.target.data))
    : stored(given.target);

/** A model that hands its input on. */
function measuring(given: MetricCase, options: { metrics?: Metric[]; weightedMetrics?: Metric[] }) {
  const shape = given.prediction.shape.slice(1);
  const model = sequential([layers.activation({ activation: "linear", inputShape: shape })], { seed: 1 });
  model.compile({
    loss: isSparse(given) ? "sparseCategoricalCrossentropy" : "meanSquaredError",
    ...options,
  });
  return model;
}

it("every metric that is registered has a case of Keras's", () => {
  expect(new Set(cases.map(({ metric }) => metric.class_name))).toEqual(new Set(metrics.classNames));
});

describe.each(cases.map((given, i) => [`${i} ${caseName(given.metric)}`, given] as const))(
  "%s",
  (_, given) => {
    const metric = deserializeMetric(given.metric, "fixture");

    it("has Keras's value, with sample weights and without, in batches", async () => {
      const model = measuring(given, {
        metrics: [metric],
        weightedMetrics: [
          deserializeMetric({ ...given.metric, config: { ...given.metric.config, name: "w" } }, ""),
        ],
      });
      const scores = await model.evaluate(stored(given.prediction), targetsOf(given), {
        batchSize: 7,
        sampleWeight: given.sampleWeight.data,
      });
      await model.dispose();
      const isClose = (found: number | undefined, wanted: number): void =>
        expect(Math.abs((found as number) - wanted) / Math.max(1, Math.abs(wanted))).toBeLessThan(2e-6);
      isClose(scores[metric.name], given.value);
      isClose(scores.w, given.weighted);
    });

    it("is watched in the direction that Keras says", () => {
      // Keras refuses to choose for counts, of which those of right answers are better when they are larger.
      const isCountOfRight = /^True(Positives|Negatives)$/.test(given.metric.class_name);
      const direction = given.direction === "up" || isCountOfRight ? "max" : "min";
      expect(directionOf(`val_${metric.name}`, "auto")).toBe(direction);
    });

    it("is read from the configuration that it writes", () => {
      const again = deserializeMetric(JSON.parse(JSON.stringify(metric.keras)), "file");
      expect(again.name).toBe(metric.name);
      expect(again.keras).toEqual(metric.keras);
    });

    it.each(endings)("survives in a %s file", async (ending) => {
      const model = measuring(given, { metrics: [metric], weightedMetrics: [metric] });
      const again = await reopened(model, ending);
      const [compiled] = again.engine.requireCompiled("test").outputs;
      expect(compiled?.metrics.map(({ keras }) => keras)).toEqual([metric.keras]);
      expect(compiled?.weightedMetrics?.map(({ keras }) => keras)).toEqual([metric.keras]);
      await model.dispose();
    });
  },
);

it("a metric asked for by one of Keras's short names has that name in the logs", () => {
  const names = ["mae", "auc", "binary_accuracy", "precision", "meanSquaredError"];
  expect(names.map((name) => deserializeMetric(name, "metrics").name)).toEqual([
    "mae",
    "auc",
    "binary_accuracy",
    "precision",
    "mean_squared_error",
  ]);
});

it("class numbers are taken where Keras wants one-hot rows", async () => {
  const prediction = tensor("float32", [3, 3], Float32Array.of(0.7, 0.2, 0.1, 0.1, 0.3, 0.6, 0.2, 0.5, 0.3));
  const scoresFor = async (targets: Tensor, loss: string) => {
    const model = sequential([layers.activation({ activation: "linear", inputShape: [3] })]);
    const { f1Score, precision, recall, auc } = metricFactories;
    model.compile({ loss, metrics: [f1Score(), precision({ classId: 1 }), recall(), auc()] });
    const { loss: _, ...scores } = await model.evaluate(prediction, targets);
    return scores;
  };
  const rows = tensor("float32", [3, 3], Float32Array.of(1, 0, 0, 0, 1, 0, 0, 1, 0));
  const numbers = tensor("int32", [3], Int32Array.of(0, 1, 1));
  expect(await scoresFor(numbers, "sparseCategoricalCrossentropy")).toEqual(
    await scoresFor(rows, "categoricalCrossentropy"),
  );
});

it.each([
  ["val_audio_unet_loss", "min"],
  ["previous_error", "min"],
  ["accent_loss", "min"],
  ["val_loss", "min"],
  ["val_false_positives", "min"],
  ["val_true_positives_1", "max"],
  ["val_iou", "max"],
  ["val_miou", "max"],
  ["val_mean_io_u_1", "max"],
  ["digit_accuracy", "max"],
] as const)("a name says in which direction it is watched: %s", (name, direction) => {
  expect(directionOf(name, "auto")).toBe(direction);
});
