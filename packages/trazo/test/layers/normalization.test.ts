import { describe, expect, it } from "vitest";
import {
  type Dataset,
  divide,
  layers,
  loadModel,
  nodeRuntime,
  sequential,
  type Tensor,
  tensor,
} from "../../src/index.js";
import {
  kerasFixture,
  largestDeviation,
  readKerasFixture,
  type StoredTensor,
  stored,
} from "../fixtures/keras/keras-fixtures.js";

interface AdaptCase {
  readonly axis: readonly number[];
  readonly x: StoredTensor;
  readonly mean: StoredTensor;
  readonly variance: StoredTensor;
  readonly y: StoredTensor;
}

interface Files {
  readonly x: StoredTensor;
  readonly predictions: Readonly<Record<string, StoredTensor>>;
}

const runtime = nodeRuntime({ threads: 1 });
const cases = readKerasFixture<AdaptCase[]>("classes/adapt.json");
const files = readKerasFixture<Files>("classes/normalization.json");

const rowsOf = (x: Tensor<"float32">): Dataset<"float32"> => {
  const [length = 0, ...shape] = x.shape;
  const size = x.data.length / length;
  return {
    length,
    x: { dtype: "float32", shape },
    read(indices, into) {
      for (const [row, index] of indices.entries())
        into.x.set(x.data.subarray(index * size, (index + 1) * size), row * size);
    },
  };
};

describe("adapt", () => {
  describe.each(cases.map((given) => [`axis [${given.axis}]`, given] as const))("%s", (_, given) => {
    it.each([
      ["a tensor", (x: Tensor<"float32">) => x],
      ["a dataset", rowsOf],
    ])("takes Keras's means and variances of %s", async (_, dataOf) => {
      const layer = layers.normalization({ axis: given.axis });
      await layer.adapt(dataOf(stored(given.x)));
      const model = sequential([layers.input({ shape: given.x.shape.slice(1) }), layer], { runtime });
      const [mean, variance, count] = model.getWeights();
      expect(largestDeviation(mean ?? [], given.mean.data)).toBeLessThan(1e-5);
      expect(largestDeviation(variance ?? [], given.variance.data)).toBeLessThan(1e-4);
      expect(count).toEqual(Float32Array.of(0));
      expect(largestDeviation((await model.predict(stored(given.x))).data, given.y.data)).toBeLessThan(1e-4);
      await model.dispose();
    });
  });

  it("sees bytes as the model does, divided", async () => {
    const bytes = divide(tensor("uint8", [4, 1], Uint8Array.of(0, 255, 0, 255)), 255);
    const layer = layers.normalization();
    await layer.adapt(bytes);
    const model = sequential([layers.input({ shape: [1] }), layer], { runtime });
    expect(model.getWeights().slice(0, 2)).toEqual([Float32Array.of(0.5), Float32Array.of(0.25)]);
    expect([...(await model.predict(bytes)).data]).toEqual([-1, 1, -1, 1]);
    await model.dispose();
  });

  it("gives two models that share the layer's definition the same start, each its own weights", async () => {
    const layer = layers.normalization();
    await layer.adapt(tensor("float32", [2, 1], [[1], [3]]));
    const [one, other] = [0, 1].map(() =>
      sequential([layers.input({ shape: [1] }), layers.normalization(), layer], { runtime }),
    );
    expect(one?.getWeights()).toEqual(other?.getWeights());
    expect(one?.getWeights()[3]).toEqual(Float32Array.of(2));
  });

  it.each([
    ["given values", () => layers.normalization({ mean: 1, variance: 2 }), /were given/],
    ["the batch as an axis", () => layers.normalization({ axis: 0 }), /cannot keep the batch/],
  ])("is refused with %s", async (_, make, message) => {
    await expect(make().adapt(tensor("float32", [2, 1], [[1], [3]]))).rejects.toThrow(message);
  });

  it("is refused once a model has the weights, and for data that does not fit the model", async () => {
    const late = layers.normalization();
    const model = sequential([layers.input({ shape: [1] }), late], { runtime });
    model.getWeights();
    await expect(late.adapt(tensor("float32", [2, 1], [[1], [3]]))).rejects.toThrow(
      /before the model with the layer is first used/,
    );
    const other = layers.normalization();
    await other.adapt(tensor("float32", [2, 3], new Float32Array(6)));
    expect(() => sequential([layers.input({ shape: [2] }), other], { runtime }).getWeights()).toThrow(
      /saw data with 3 means, but the layer's input needs \[2\]/,
    );
  });
});

it.each([
  [{ mean: 1 }, /together/],
  [{ mean: [1, 2], variance: [1] }, /one shape/],
  [{ mean: [], variance: [] }, /mean must be a number, or a list/],
  [{ mean: [1, [2]], variance: [1, 1] }, /mean must be a number, or a list/],
  [{ axis: 1.5 }, /axis must be an axis or a list of axes/],
])("refuses %j", (options, message) => {
  expect(() => layers.normalization(options)).toThrow(message);
});

it("refuses given values that do not fit the axis", () => {
  const layer = layers.normalization({ mean: [1, 2], variance: [1, 1] });
  expect(() => sequential([layers.input({ shape: [3] }), layer], { runtime })).toThrow(
    /have the shape \[2\], but the axes that are kept have \[3\]/,
  );
});

it.each(Object.keys(files.predictions))(
  "reads the weights of %s, one of which is an integer",
  async (file) => {
    const path = kerasFixture(`classes/${file}`);
    const fresh = () => sequential([layers.input({ shape: [3] }), layers.normalization()], { runtime });
    const model = file.includes("weights") ? fresh() : await loadModel(path, { runtime });
    if (file.includes("weights")) await model.loadWeights(path);
    const { data } = await model.predict(stored(files.x));
    expect(largestDeviation(data, files.predictions[file]?.data ?? [])).toBeLessThan(1e-6);
    await model.dispose();
  },
);
