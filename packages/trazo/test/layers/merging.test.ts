import { describe, expect, it } from "vitest";
import { apply, layers, type MergeLayer, model, type Tensor, TrazoError, tensor } from "../../src/index.js";
import { gradientError } from "../graph/finite-differences.js";
import { runtime } from "../model/tiny.js";

const a = Float32Array.of(1, -2, 3, 4, 5, -6);
const b = Float32Array.of(0.5, 2, -3, 1, 7, -8);
const c = Float32Array.of(10, 20, 30, 40, 50, 60);

/** What a layer makes of `[2, 3]` tensors: they reach it side by side as one input, and are cut out of it by frozen kernels. */
async function merged(layer: MergeLayer, ...values: Float32Array[]): Promise<Tensor<"float32">> {
  const x = layers.input({ shape: [3 * values.length] });
  const parts = values.map((_, k) => apply(layers.dense({ units: 3, useBias: false, name: `part${k}` }), x));
  const net = model({ inputs: x, outputs: apply(layer, parts), runtime, seed: 1 });
  const width = 3 * values.length;
  const order = net.namedWeights().map((weight) => Number(weight.layer.slice(4)));
  net.setWeights(
    order.map((k) => {
      const kernel = new Float32Array(width * 3);
      for (let i = 0; i < 3; i++) kernel[(3 * k + i) * 3 + i] = 1;
      return kernel;
    }),
  );
  const rows = [0, 1].flatMap((row) => values.flatMap((one) => [...one.slice(3 * row, 3 * row + 3)]));
  const y = await net.predict(tensor("float32", [2, width], Float32Array.from(rows)));
  await net.dispose();
  return y;
}

const each = (of: (...values: number[]) => number, ...lists: Float32Array[]): number[] =>
  [0, 1, 2, 3, 4, 5].map((i) => of(...lists.map((list) => list[i] as number)));

describe("merge layers", () => {
  const cases: [MergeLayer, (...values: number[]) => number, Float32Array[]][] = [
    [layers.add(), (...v) => v.reduce((x, y) => x + y), [a, b, c]],
    [layers.subtract(), (x = 0, y = 0) => x - y, [a, b]],
    [layers.multiply(), (...v) => v.reduce((x, y) => x * y), [a, b, c]],
    [layers.average(), (...v) => v.reduce((x, y) => x + y) / v.length, [a, b, c]],
    [layers.maximum(), Math.max, [a, b, c]],
    [layers.minimum(), Math.min, [a, b, c]],
  ];

  it.each(cases.map(([layer, ...rest]) => [layer.className, layer, ...rest] as const))(
    "compute value by value: %s",
    async (_, layer, of, lists) => {
      const { shape, data } = await merged(layer, ...lists);
      expect(shape).toEqual([2, 3]);
      for (const [i, wanted] of each(of, ...lists).entries()) expect(data[i]).toBeCloseTo(wanted, 4);
    },
  );

  it("put one after the other along the last axis: Concatenate", async () => {
    const { shape, data } = await merged(layers.concatenate(), a, b);
    expect(shape).toEqual([2, 6]);
    expect([...data]).toEqual([1, -2, 3, 0.5, 2, -3, 4, 5, -6, 1, 7, -8]);
  });

  it.each(
    [...cases.map(([layer]) => layer), layers.concatenate(), layers.concatenate({ axis: 2 })].map((layer) => [
      `${layer.className} ${JSON.stringify(layer.getConfig())}`,
      layer,
    ]) as [string, MergeLayer][],
  )("have the gradients of finite differences: %s", async (_, layer) => {
    const context = undefined as never;
    const shapes = [
      ["batch", 2, 3, 2],
      ["batch", 2, 3, 2],
    ] as const;
    const error = await gradientError(await runtime, {
      // From -2 and from -1.99: nowhere do the two have the same value, where a maximum has no derivative.
      inputs: shapes.map((shape, i) => ({ shape, low: -2 + i / 100, high: 2 + i / 100 })),
      build: (...xs) => layer.call(xs, {}, context),
    });
    expect(error).toBeLessThan(1e-6);
  });

  it("let an axis of size 1 count for every place, and fewer axes for every place after the batch, as Keras", async () => {
    const maps = layers.input({ shape: [4, 4, 3] });
    const gate = apply(layers.conv2d({ filters: 1, kernelSize: 1 }), maps);
    expect(apply(layers.multiply(), [maps, gate]).shape.slice(1)).toEqual([4, 4, 3]);
    const means = apply(layers.globalAveragePooling2d(), maps);
    expect(apply(layers.multiply(), [maps, means]).shape.slice(1)).toEqual([4, 4, 3]);
    const error = await gradientError(await runtime, {
      inputs: [{ shape: ["batch", 2, 2, 3] }, { shape: ["batch", 3] }],
      build: (...xs) => layers.multiply().call(xs, {}, undefined as never),
    });
    expect(error).toBeLessThan(1e-6);
    const net = model({
      inputs: maps,
      outputs: apply(layers.subtract(), [maps, means]),
      runtime,
    });
    const x = tensor(
      "float32",
      [1, 4, 4, 3],
      Float32Array.from({ length: 48 }, (_, i) => i),
    );
    const { data } = await net.predict(x);
    expect([...data.slice(0, 3)]).toEqual([-22.5, -22.5, -22.5]);
    expect(data.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 4);
  });

  it("refuse what does not go together, by shape and number", () => {
    const x = layers.input({ shape: [4, 4, 3] });
    const y = layers.input({ shape: [4, 5, 3] });
    expect(() => apply(layers.add(), [x, y])).toThrow(/Add of \[batch, 4, 4, 3\], \[batch, 4, 5, 3\]/);
    expect(() => apply(layers.concatenate(), [x, y])).toThrow(/needs inputs that agree in all other axes/);
    expect(apply(layers.concatenate({ axis: 2 }), [x, y]).shape.slice(1)).toEqual([4, 9, 3]);
    expect(() => apply(layers.concatenate({ axis: 0 }), [x, x])).toThrow(/axis 0 is not one of/);
    expect(() => apply(layers.add(), [x])).toThrow(/Add takes two or more tensors/);
    expect(() => apply(layers.subtract(), [x, x, x])).toThrow(/Subtract takes 2 tensors/);
    // @ts-expect-error a layer of one input is given a list
    expect(() => apply(layers.flatten(), [x, y])).toThrow(/Flatten takes one tensor, but got 2/);
    // @ts-expect-error a merge layer is given one tensor
    expect(() => apply(layers.add(), x)).toThrow(TrazoError);
  });
});
