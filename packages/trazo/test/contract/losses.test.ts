import { describe, expect, it } from "vitest";
import { layers, sequential, type Tensor, tensor } from "../../src/index.js";
import { deserializeLoss, losses, serializeLoss } from "../../src/losses/registry.js";
import {
  caseName,
  largestDeviation,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";
import { runLoss } from "../losses/run-loss.js";
import { endings, reopened } from "./reopened.js";

interface LossCase {
  readonly loss: Serialized;
  readonly target: StoredTensor;
  readonly prediction: StoredTensor;
  readonly value: number;
  readonly gradient: StoredTensor;
}

const cases = readKerasFixture<LossCase[]>("classes/losses.json");

const targetsOf = ({ target }: LossCase): Tensor =>
  target.shape.length === 1 ? tensor("int32", target.shape, Int32Array.from(target.data)) : stored(target);

/** A dense layer, so that there is something to train; its outputs are probabilities unless the loss takes logits. */
function trainable(given: LossCase) {
  const [, width] = given.prediction.shape as [number, number];
  const activation = given.loss.config.from_logits === true ? "linear" : "sigmoid";
  const model = sequential([layers.dense({ units: width, activation, inputShape: [width] })], { seed: 2 });
  model.compile({ optimizer: "sgd", loss: deserializeLoss(given.loss, "fixture") });
  return model;
}

it("every loss that is registered has a case of Keras's", () => {
  expect(new Set(cases.map(({ loss }) => loss.class_name))).toEqual(new Set(losses.classNames));
});

describe.each(cases.map((given, i) => [`${i} ${caseName(given.loss)}`, given] as const))("%s", (_, given) => {
  const loss = deserializeLoss(given.loss, "fixture");

  it("has Keras's value and gradient", async () => {
    const [samples, width] = given.prediction.shape as [number, number];
    const rows = Array.from({ length: samples }, (_, i) =>
      given.prediction.data.slice(i * width, (i + 1) * width),
    );
    const { losses: each, gradient } = await runLoss(loss, targetsOf(given), rows, "none");
    const mean = each.reduce((a, b) => a + b, 0) / samples;
    expect(Math.abs(mean - given.value) / Math.max(1, Math.abs(given.value))).toBeLessThan(1e-6);
    const wanted = given.gradient.data.map((value) => value * samples);
    expect(largestDeviation(gradient, wanted)).toBeLessThan(1e-5);
  });

  it("is read from the configuration that it writes", () => {
    const written = serializeLoss(loss);
    const again = deserializeLoss(JSON.parse(JSON.stringify(written)), "file");
    expect(again.className).toBe(loss.className);
    expect(again.getConfig()).toEqual(loss.getConfig());
    expect(losses.read(loss.kerasName, {}, "name").className).toBe(loss.className);
  });

  it.each(endings)("survives in a %s file", async (ending) => {
    const model = trainable(given);
    const again = await reopened(model, ending);
    expect(again.compiledLoss.className).toBe(loss.className);
    expect(again.compiledLoss.getConfig()).toEqual(loss.getConfig());
    await model.dispose();
  });

  it("trains a step", async () => {
    const model = trainable(given);
    const before = model.getWeights();
    const { history } = await model.fit(stored(given.prediction), targetsOf(given), { verbose: 0 });
    expect(Number.isFinite(history.loss?.[0])).toBe(true);
    expect(model.getWeights()).not.toEqual(before);
    await model.dispose();
  });
});
