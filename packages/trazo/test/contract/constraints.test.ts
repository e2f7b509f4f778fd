import { describe, expect, it } from "vitest";
import { constraints as registry } from "../../src/constraints/registry.js";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import {
  constraints,
  defineConstraint,
  layers,
  nodeRuntime,
  ops,
  optimizers,
  options,
  type Runtime,
  regularizers,
  sequential,
  TrazoError,
  tensor,
} from "../../src/index.js";
import { deserializeOptimizer } from "../../src/optimizers/registry.js";
import { serialize } from "../../src/schema/registry.js";
import { webRuntime } from "../../src/web/runtime/web-runtime.js";
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

interface ConstraintCase {
  readonly constraint: Serialized;
  readonly keras2: Serialized;
  readonly w: StoredTensor;
  readonly y: StoredTensor;
}

interface FitCase {
  readonly layers: readonly Serialized[];
  readonly inputShape: readonly number[];
  readonly optimizer: Serialized;
  readonly x: StoredTensor;
  readonly y: StoredTensor;
  readonly start: readonly StoredTensor[];
  readonly loss: readonly number[];
  readonly final: readonly StoredTensor[];
}

const runtime = nodeRuntime({ threads: 1 });
const cases = readKerasFixture<ConstraintCase[]>("classes/constraints.json");
const fits = readKerasFixture<FitCase[]>("classes/constrained-fits.json");
const once = { batchSize: 4, epochs: 2, shuffle: false, verbose: 0 } as const;

it("every constraint that is registered has a case of Keras's", () => {
  expect(new Set(cases.map(({ constraint }) => constraint.class_name))).toEqual(new Set(registry.classNames));
});

describe.each(cases.map((given, i) => [`${i} ${caseName(given.constraint)}`, given] as const))(
  "%s",
  (_, { constraint, keras2, w, y }) => {
    const read = registry.deserialize(constraint, "fixture");

    it("makes Keras's weights", async () => {
      const graph = new Graph();
      const allowed = read.apply(graph.input("w", "float32", w.shape));
      const session = await (await runtime).load(encode({ y: allowed }));
      const { y: made } = await session.run({ w: stored(w) });
      expect(largestDeviation((made?.data ?? []) as Float32Array, y.data)).toBeLessThan(1e-6);
      await session.release();
    });

    it("is written as Keras writes it, and read from what tf_keras writes", () => {
      expect(serialize(read)).toEqual({ class_name: constraint.class_name, config: constraint.config });
      expect(registry.deserialize(keras2, "fixture").getConfig()).toEqual(read.getConfig());
    });

    it.each(endings)("survives in a %s file", async (ending) => {
      const kernelConstraint = registry.deserialize(
        { ...constraint, config: { ...constraint.config, ...("axis" in constraint.config && { axis: 0 }) } },
        "fixture",
      );
      const model = sequential([layers.dense({ units: 2, inputShape: [3], kernelConstraint })], { runtime });
      const again = await reopened(model, ending, { runtime });
      expect(again.definition.layers.at(-1)?.layer.getConfig()).toEqual(
        model.definition.layers.at(-1)?.layer.getConfig(),
      );
    });
  },
);

function modelOf(given: FitCase, on: Runtime | Promise<Runtime>) {
  const chain = given.layers.map((layer) => deserializeLayer(layer, "fixture"));
  const model = sequential([layers.input({ shape: given.inputShape }), ...chain], { seed: 1, runtime: on });
  model.setWeights(given.start.map(({ data }) => Float32Array.from(data)));
  model.compile({ optimizer: deserializeOptimizer(given.optimizer, "fixture"), loss: "mse" });
  return model;
}

describe.each(fits.map((given, i) => [i, given] as const))("training %i with constraints", (_, given) => {
  it("ends with Keras's losses and weights", async () => {
    const model = modelOf(given, runtime);
    const { history } = await model.fit(stored(given.x), stored(given.y), once);
    expect(largestDeviation(history.loss ?? [], given.loss)).toBeLessThan(1e-5);
    for (const [i, weight] of model.getWeights().entries()) {
      expect(largestDeviation(weight, given.final[i]?.data ?? [])).toBeLessThan(2e-5);
    }
    await model.dispose();
  });
});

it("holds without ONNX Runtime too", async () => {
  const [, given] = fits as [FitCase, FitCase];
  const model = modelOf(given, webRuntime());
  await model.fit(stored(given.x), stored(given.y), once);
  for (const [i, weight] of model.getWeights().entries()) {
    expect(largestDeviation(weight, given.final[i]?.data ?? [])).toBeLessThan(2e-5);
  }
  await model.dispose();
});

const x = tensor(
  "float32",
  [8, 3],
  Float32Array.from({ length: 24 }, (_, i) => Math.sin(i)),
);
const y = tensor("float32", [8, 2], new Float32Array(16).fill(3));

/** The L2 norms of the columns of a matrix. */
function columnNorms(matrix: Float32Array, columns: number): number[] {
  const norms = new Array<number>(columns).fill(0);
  for (const [i, value] of matrix.entries()) norms[i % columns] = (norms[i % columns] as number) + value ** 2;
  return norms.map(Math.sqrt);
}

describe("a constrained weight", () => {
  const model = () => {
    const dense = layers.dense({
      units: 2,
      kernelConstraint: constraints.maxNorm({ maxValue: 0.5 }),
      kernelRegularizer: regularizers.l2(0.01),
      biasConstraint: "nonNeg",
    });
    const made = sequential([layers.input({ shape: [3] }), dense], { seed: 1, runtime });
    made.compile({ optimizer: optimizers.sgd({ learningRate: 0.1 }), loss: "mse" });
    return made;
  };

  it("stays within its bounds after every batch", async () => {
    const trained = model();
    for (let step = 0; step < 5; step++) {
      await trained.trainOnBatch(x, y);
      const [kernel, bias] = trained.getWeights() as [Float32Array, Float32Array];
      for (const norm of columnNorms(kernel, 2)) expect(norm).toBeLessThanOrEqual(0.5 + 1e-6);
      expect(Math.min(...bias)).toBeGreaterThanOrEqual(0);
    }
    await trained.dispose();
  });

  it("is left alone where its layer is frozen", async () => {
    const frozen = sequential(
      [
        layers.input({ shape: [3] }),
        layers.dense({
          units: 4,
          name: "kept",
          kernelInitializer: "ones",
          kernelConstraint: "unitNorm",
          trainable: false,
        }),
        layers.dense({ units: 2 }),
      ],
      { seed: 1, runtime },
    );
    frozen.compile({ optimizer: "sgd", loss: "mse" });
    await frozen.fit(x, y, { verbose: 0 });
    expect(frozen.getWeights()[0]).toEqual(new Float32Array(12).fill(1));
    await frozen.dispose();
  });

  it("is constrained in the exported training step too", async () => {
    const trained = model();
    const session = await (await runtime).load(trained.trainGraph());
    const feeds = Object.fromEntries(trained.definition.variables.map(({ path, tensor }) => [path, tensor]));
    const next = await session.run({
      ...feeds,
      x,
      y,
      sample_weight: tensor("float32", [8], new Float32Array(8).fill(1)),
      learning_rate: tensor("float32", [], Float32Array.of(0.1)),
    });
    await trained.fit(x, y, { batchSize: 8, verbose: 0, shuffle: false });
    for (const { path, data } of trained.definition.variables) {
      expect(largestDeviation((next[`next/${path}`]?.data ?? []) as Float32Array, data)).toBeLessThan(1e-6);
    }
    await session.release();
    await trained.dispose();
  });
});

describe("a constraint of one's own", () => {
  const within = defineConstraint({
    className: "Within",
    options: { limit: options.number({ min: 0 }) },
    create: ({ limit }) => ({ apply: (weight) => ops.clip(weight, -limit, limit) }),
  });

  it.each(endings)("trains, and comes back from a %s file", async (ending) => {
    const model = sequential(
      [layers.dense({ units: 2, inputShape: [3], kernelConstraint: within({ limit: 0.125 }) })],
      { seed: 1, runtime },
    );
    model.compile({ optimizer: "sgd", loss: "mse" });
    await model.fit(x, y, once);
    expect(Math.max(...(model.getWeights()[0] as Float32Array).map(Math.abs))).toBe(0.125);
    const again = await reopened(model, ending, { runtime, customObjects: { constraints: [within] } });
    await again.fit(x, y, once);
    await model.fit(x, y, once);
    expect(again.getWeights()).toEqual(model.getWeights());
    await Promise.all([model.dispose(), again.dispose()]);
  });

  it("must keep the weight's shape", async () => {
    const odd = defineConstraint({
      className: "Odd",
      options: {},
      create: () => ({ apply: (weight) => ops.reduceSum(weight) }),
    });
    const model = sequential([layers.dense({ units: 2, inputShape: [3], kernelConstraint: odd() })], {
      runtime,
    });
    model.compile({ loss: "mse" });
    await expect(model.fit(x, y, { verbose: 0 })).rejects.toThrow(
      /Weight "dense\/kernel", Odd: apply of Odd must keep the weight's shape \[3, 2\], but gives \[\]/,
    );
  });
});

it.each([
  [() => constraints.maxNorm({ maxValue: -1 }), /maxValue/],
  [() => constraints.maxNorm({ axis: 0.5 }), /axis must be an axis of the weight/],
  [() => constraints.minMaxNorm({ minValue: 2, maxValue: 1 }), /minValue 2 must not be above maxValue 1/],
  [() => constraints.minMaxNorm({ rate: 2 }), /rate/],
  [() => layers.dense({ units: 1, kernelConstraint: "roundNorm" }), /no constraint "roundNorm"/],
  [() => layers.dense({ units: 1, kernelConstraint: 3 as never }), /must be a name or a constraint/],
])("refuses %s", (make, message) => {
  expect(make).toThrow(TrazoError);
  expect(make).toThrow(message);
});

it("names the weight whose axes do not fit", async () => {
  const model = sequential(
    [layers.dense({ units: 2, inputShape: [3], kernelConstraint: constraints.maxNorm({ axis: 4 }) })],
    { runtime },
  );
  model.compile({ loss: "mse" });
  await expect(model.fit(x, y, { verbose: 0 })).rejects.toThrow(/Weight "dense\/kernel", MaxNorm: .*4/);
});
