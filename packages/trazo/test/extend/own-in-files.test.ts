import { readFileSync } from "node:fs";
import { strFromU8, unzipSync } from "fflate";
import { describe, expect, it } from "vitest";
import { lion } from "../../../../examples/extend/lion.js";
import { readHdf5 } from "../../src/formats/hdf5.js";
import { readKerasH5 } from "../../src/formats/keras-h5.js";
import {
  defineInitializer,
  defineLayer,
  defineLoss,
  defineMetric,
  defineRegularizer,
  defineSchedule,
  layers,
  loadModel,
  ops,
  options,
  sequential,
  sizeOf,
  tensor,
} from "../../src/index.js";
import { temporaryFolder } from "../data/temporary-folder.js";
import { noise } from "../optimizers/flat.js";

const { path } = temporaryFolder();
const random = noise(9);
const x = tensor("float32", [12, 3], Float32Array.from({ length: 36 }, random));
const y = tensor("float32", [12, 1], Float32Array.from({ length: 12 }, random));
const once = { batchSize: 4, epochs: 1, shuffle: false, verbose: 0 } as const;

const warmup = defineSchedule({
  className: "Warmup",
  options: { peak: options.number({ min: 0 }), steps: options.positiveInteger() },
  create: ({ peak, steps }) => ({ at: (step) => peak * Math.min(1, (step + 1) / steps) }),
});
const ramp = defineInitializer({
  className: "Ramp",
  package: "mine",
  options: { step: options.withDefault(options.number(), 1) },
  create: ({ step }) => ({
    init: (shape) => Float32Array.from({ length: sizeOf(shape) }, (_, i) => i * step),
  }),
});
const elastic = defineRegularizer({
  className: "Elastic",
  options: { strength: options.number({ min: 0 }) },
  create: ({ strength }) => ({ l1: strength / 2, l2: strength }),
});
const customObjects = {
  optimizers: [lion],
  schedules: [warmup],
  initializers: [ramp],
  regularizers: [elastic],
};

async function trained() {
  const dense = layers.dense({
    units: 1,
    kernelInitializer: ramp({ step: 1 }),
    biasInitializer: ramp(),
    kernelRegularizer: elastic({ strength: 0.5 }),
    inputShape: [3],
  });
  const model = sequential([dense], { seed: 2 });
  const learningRate = warmup({ peak: 1, steps: 8 });
  model.compile({ optimizer: lion({ learningRate, beta2: 0.5 }), loss: "mse" });
  await model.fit(x, y, once);
  return model;
}

/** The configurations in a file, as Python reads them. */
function written(file: string): string {
  const bytes = readFileSync(file);
  if (!file.endsWith(".h5")) return strFromU8(unzipSync(bytes)["config.json"] as Uint8Array);
  const { modelConfig, trainingConfig } = readHdf5(bytes, file, (root) => readKerasH5(root, file));
  return JSON.stringify([modelConfig, trainingConfig]);
}

describe.each(["own.keras", "own.h5"])(
  "a model with an optimizer, a schedule, an initializer and a regularizer of one's own, in %s",
  (name) => {
    it("is opened with them, and resumes where it stopped", async () => {
      const model = await trained();
      await model.save(path(name));
      const again = await loadModel(path(name), { seed: 2, customObjects });
      expect(again.optimizer.className).toBe("Lion");
      expect(again.optimizer.iterations).toBe(3);
      expect(again.optimizer.learningRate).toBe(0.5);
      expect(again.optimizer.getConfig()).toEqual(model.optimizer.getConfig());
      expect(await again.evaluate(x, y)).toEqual(await model.evaluate(x, y));
      await again.save(path(`again-${name}`));
      expect(written(path(`again-${name}`))).toBe(written(path(name)));
      await model.fit(x, y, once);
      await again.fit(x, y, once);
      expect(again.getWeights()).toEqual(model.getWeights());
    });

    it.each([
      [
        "optimizers",
        /"examples>Lion" is not an optimizer of Keras's own\. If you defined it with defineOptimizer, pass it/,
      ],
      [
        "schedules",
        /"Custom>Warmup" is not a learning-rate schedule of Keras's own\. .*customObjects: \{ schedules:/,
      ],
      [
        "initializers",
        /kernel_initializer: "mine>Ramp" is not an initializer of Keras's own\. .*initializers:/,
      ],
      [
        "regularizers",
        /kernel_regularizer: "Custom>Elastic" is not a regularizer of Keras's own\. .*regularizers:/,
      ],
    ] as const)("names what is missing: %s", async (kind, message) => {
      const model = await trained();
      await model.save(path(name));
      const rest = { ...customObjects, [kind]: [] };
      await expect(loadModel(path(name), { customObjects: rest })).rejects.toThrow(message);
    });
  },
);

describe("floats of one's own classes", () => {
  const scale = defineLayer({
    className: "Scale",
    options: {
      factor: options.number(),
      units: options.withDefault(options.number(), 2),
      times: options.integer(),
    },
    create: ({ factor }) => ({
      build: (inputShape) => ({ outputShape: inputShape, weights: [] }),
      call: (input) => ops.mul(input, factor),
    }),
  });
  const distance = defineLoss({
    className: "Distance",
    options: { power: options.number() },
    create: ({ power }) => ({
      call: (targets, predictions) =>
        ops.reduceMean(ops.pow(ops.abs(ops.sub(predictions, targets)), power), { axes: [-1] }),
    }),
  });
  const above = defineMetric({
    className: "Above",
    options: { level: options.number() },
    create: ({ level }) => ({
      call: (_targets, predictions) =>
        ops.reduceMean(ops.cast(ops.greater(predictions, level), "float32"), { axes: [-1] }),
    }),
  });

  it.each(["floats.keras", "floats.h5"])(
    "keep their point for Python in %s, and integers stay whole",
    async (name) => {
      const own = scale({ factor: 1, times: 3, inputShape: [3] });
      const model = sequential([own, layers.dense({ units: 1, kernelInitializer: ramp({ step: 2 }) })], {
        seed: 1,
      });
      model.compile({
        optimizer: lion({ learningRate: warmup({ peak: 1, steps: 4 }) }),
        loss: distance({ power: 2 }),
        metrics: [above({ level: 0 })],
      });
      await model.save(path(name));
      const bytes = strFromU8(readFileSync(path(name)), true);
      const text = name.endsWith(".h5") ? bytes : written(path(name));
      for (const entry of ['"factor": 1.0', '"step": 2.0', '"peak": 1.0', '"power": 2.0', '"level": 0.0'])
        expect(text).toContain(entry);
      for (const entry of ['"times": 3', '"steps": 4', '"units": 2.0', '"units": 1'])
        expect(text).toMatch(new RegExp(`${entry}[,}]`));
      const again = await loadModel(path(name), {
        customObjects: { ...customObjects, layers: [scale], losses: [distance], metrics: [above] },
      });
      expect(await again.evaluate(x, y)).toEqual(await model.evaluate(x, y));
    },
  );
});
