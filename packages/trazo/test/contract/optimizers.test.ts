import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/errors.js";
import { slotOrder } from "../../src/formats/slot-order.js";
import { layers, type Model, regularizers, sequential } from "../../src/index.js";
import { createKernels } from "../../src/kernels/kernels.js";
import { applyUpdates } from "../../src/optimizers/apply.js";
import {
  deserializeOptimizer,
  optimizerRegistry,
  serializeOptimizer,
} from "../../src/optimizers/registry.js";
import {
  caseName,
  largestDeviation,
  readKerasFixture,
  type Serialized,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";
import { placeVariable } from "../optimizers/flat.js";
import { endings, reopened } from "./reopened.js";

interface OptimizerCase {
  readonly optimizer: Serialized;
  readonly start: readonly StoredTensor[];
  /** By step, by variable. */
  readonly gradients: readonly (readonly StoredTensor[])[];
  readonly after: readonly (readonly StoredTensor[])[];
  /** Keras's variables in the end: the count of steps, the rate unless there is a schedule, and the slots. */
  readonly stored: readonly StoredTensor[];
  /** The variables once training has ended. */
  readonly final: readonly StoredTensor[];
}

interface FitCase {
  readonly optimizer: Serialized;
  readonly x: StoredTensor;
  readonly y: StoredTensor;
  readonly start: readonly StoredTensor[];
  readonly loss: readonly number[];
  readonly valLoss: readonly number[];
  readonly final: readonly StoredTensor[];
}

const cases = readKerasFixture<OptimizerCase[]>("classes/optimizers.json");
const fits = readKerasFixture<FitCase[]>("classes/fits.json");

const optimizerOf = ({ optimizer }: { optimizer: Serialized }) => deserializeOptimizer(optimizer, "fixture");

it("every optimizer that is registered has a case of Keras's", () => {
  expect(new Set(cases.map(({ optimizer }) => optimizer.class_name))).toEqual(
    new Set(optimizerRegistry.classNames),
  );
});

describe.each(cases.map((given, i) => [`${i} ${caseName(given.optimizer)}`, given] as const))(
  "%s",
  (_, given) => {
    it("moves the weights, and keeps the state, as Keras does", async () => {
      const optimizer = optimizerOf(given);
      const kernels = await createKernels(8192);
      const variables = given.start.map(({ data }) => placeVariable(kernels, optimizer, data));
      for (const { slots } of variables) {
        for (const [k, slot] of slots.entries()) slot.fill(optimizer.initialSlots?.[k] ?? 0);
      }
      const spans = variables.map(({ span }) => span);
      for (const [step, gradients] of given.gradients.entries()) {
        for (const [i, { g }] of variables.entries()) g.set((gradients[i] as StoredTensor).data);
        applyUpdates(optimizer, kernels, spans);
        for (const [i, { p }] of variables.entries()) {
          expect(largestDeviation(p, given.after[step]?.[i]?.data ?? [])).toBeLessThan(2e-6);
        }
      }
      const rest = given.stored.slice(optimizer.schedule ? 1 : 2);
      const order = slotOrder(optimizer, variables.length, false);
      for (const [i, { variable, slot }] of order.entries()) {
        expect(largestDeviation(variables[variable]?.slots[slot] ?? [], rest[i]?.data ?? [])).toBeLessThan(
          2e-6,
        );
      }
      const after = optimizer.storedAfterSlots?.();
      expect(rest.length).toBe(order.length + (after === undefined ? 0 : 1));
      if (after !== undefined) expect(after).toBeCloseTo(rest.at(-1)?.data[0] as number, 6);
      const { averageSlot } = optimizer;
      for (const [i, { p, slots }] of variables.entries()) {
        const final = averageSlot === undefined ? p : (slots[averageSlot] as Float32Array);
        expect(largestDeviation(final, given.final[i]?.data ?? [])).toBeLessThan(2e-6);
      }
    });

    it("is read from the configuration that it writes, which has Keras's entries", () => {
      const optimizer = optimizerOf(given);
      const written = serializeOptimizer(optimizer);
      const again = deserializeOptimizer(JSON.parse(JSON.stringify(written)), "file");
      expect(serializeOptimizer(again)).toEqual(written);
      const wanted = { ...given.optimizer.config };
      const config = written.config as JsonObject;
      for (const [key, value] of Object.entries(config)) {
        if (key === "name" || key === "learning_rate") continue;
        expect([key, value]).toEqual([key, wanted[key] ?? null]);
      }
    });

    it.each(endings)("resumes from a %s file as if it had not stopped", async (ending) => {
      const [whole, halves] = [training(given), training(given)];
      await step(whole, 6);
      await step(halves, 3);
      const again = await reopened(halves, ending, { seed: 5 });
      expect(again.optimizer.iterations).toBe(3);
      await step(again, 3);
      for (const [i, weight] of again.getWeights().entries()) {
        expect(largestDeviation(weight, whole.getWeights()[i] ?? [])).toBeLessThan(1e-6);
      }
      await Promise.all([whole, halves, again].map((model) => model.dispose()));
    });
  },
);

const x = stored({ shape: [4, 3], data: [1, -2, 0.5, 0.3, 0.8, -1, 2, 0.1, -0.4, -1.5, 0.6, 1.1] });
const y = stored({ shape: [4, 2], data: [0.5, -1, 1, 0.2, -0.3, 0.9, 0.4, -0.7] });

function training(given: OptimizerCase): Model {
  const model = sequential([layers.dense({ units: 2, inputShape: [3] })], { seed: 5 });
  model.compile({ optimizer: optimizerOf(given), loss: "mse" });
  return model;
}

/** Steps of one training each, whose end is that of the fit too. */
async function step(model: Model, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await model.fit(x, y, { verbose: 0 });
}

describe.each(fits.map((given, i) => [`${i} ${caseName(given.optimizer)}`, given] as const))(
  "a training with %s",
  (_, given) => {
    it("ends with Keras's losses and weights", async () => {
      const model = sequential([
        layers.dense({
          units: 3,
          activation: "tanh",
          kernelRegularizer: regularizers.l2(0.05),
          inputShape: [4],
        }),
        layers.dense({ units: 2 }),
      ]);
      model.setWeights(given.start.map(({ data }) => Float32Array.from(data)));
      model.compile({ optimizer: optimizerOf(given), loss: "mse" });
      const [x, y] = [stored(given.x), stored(given.y)];
      const { history } = await model.fit(x, y, {
        batchSize: 5,
        epochs: 2,
        shuffle: false,
        verbose: 0,
        validationData: [x, y],
      });
      expect(largestDeviation(history.loss ?? [], given.loss)).toBeLessThan(1e-5);
      expect(largestDeviation(history.val_loss ?? [], given.valLoss)).toBeLessThan(1e-5);
      for (const [i, weight] of model.getWeights().entries()) {
        expect(largestDeviation(weight, given.final[i]?.data ?? [])).toBeLessThan(1e-5);
      }
      await model.dispose();
    });
  },
);

it("a step that gathers gradients is not exported", () => {
  const model = sequential([layers.dense({ units: 2, inputShape: [3] })]);
  model.compile({
    optimizer: deserializeOptimizer(
      { class_name: "SGD", config: { gradient_accumulation_steps: 2 } },
      "test",
    ),
    loss: "mse",
  });
  expect(() => model.trainGraph()).toThrow(/^trainGraph: .*gradientAccumulationSteps/);
});
