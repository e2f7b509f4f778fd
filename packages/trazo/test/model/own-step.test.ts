import { describe, expect, it } from "vitest";
import {
  apply,
  layers,
  losses,
  model,
  nodeRuntime,
  type OwnLoss,
  ops,
  optimizers,
  sequential,
  tensor,
  type Value,
} from "../../src/index.js";
import { column, noise, runtime, smallData, smallNet } from "./tiny.js";

const line = () => {
  const net = sequential([layers.dense({ units: 1, inputShape: [1] })], { seed: 1, runtime });
  net.setWeights([Float32Array.of(2), Float32Array.of(1)]);
  net.compile({ optimizer: optimizers.sgd({ learningRate: 0.5 }), loss: null });
  return net;
};

const squared: OwnLoss<"x" | "y"> = ({ x, y }, { call }) => ops.square(ops.sub(call(x), y));

describe("a loss of one's own", () => {
  it("has its value and gradients, which the optimizer applies", async () => {
    const net = line();
    // (2x + 1 - y)² of 1 and 3: 3² and 1²; the slopes are 2 · 3 · 1 and 2 · 1 · 3, halved by the mean.
    const { value, gradients } = await net.valueAndGradients(
      { x: column([1, 3]), y: column([0, 6]) },
      squared,
    );
    expect(value).toBe(5);
    expect(gradients.map(([slope]) => slope)).toEqual([6, 4]);
    await net.applyGradients(gradients);
    expect(net.getWeights().map(([weight]) => weight)).toEqual([2 - 0.5 * 6, 1 - 0.5 * 4]);
    expect(net.optimizer.iterations).toBe(1);
  });

  it("may call the model several times, whose weights are then shared", async () => {
    const net = line();
    const apart: OwnLoss<"a" | "b"> = ({ a, b }, { call }) => ops.mul(call(a), call(b));
    const { value, gradients } = await net.valueAndGradients({ a: column([1]), b: column([2]) }, apart);
    // (2 + 1)(4 + 1); d/dw = 1 · 5 + 2 · 3, d/db = 5 + 3.
    expect([value, ...gradients.map(([slope]) => slope)]).toEqual([15, 11, 8]);
  });

  it.each(["graph", "plan"] as const)("trains as fit does on the same loss (%s)", async (engine) => {
    const on = await nodeRuntime({ threads: 1, engine });
    const make = () => {
      const net = sequential(
        [
          layers.input({ shape: [4, 4, 1] }),
          layers.conv2d({ filters: 8, kernelSize: 3, padding: "same", activation: "relu" }),
          layers.batchNormalization({ momentum: 0.8 }),
          layers.dropout({ rate: 0.3 }),
          layers.flatten(),
          layers.dense({ units: 3, kernelRegularizer: "l2", activation: "softmax" }),
        ],
        { seed: 7, runtime: on },
      );
      const crossentropy = losses.categoricalCrossentropy();
      net.compile({ optimizer: optimizers.adam({ clipnorm: 1 }), loss: crossentropy });
      const own: OwnLoss<"x" | "y"> = ({ x, y }, { call }) => crossentropy.call(y, call(x));
      return { net, own };
    };
    const [{ net: plain }, { net, own }] = [make(), make()];
    for (let step = 0; step < 3; step++) {
      const [x, y] = smallData(12 - step, step);
      await plain.trainOnBatch(x, y);
      const { gradients } = await net.valueAndGradients({ x, y }, own);
      await net.applyGradients(gradients);
    }
    for (const [i, weights] of net.getWeights().entries()) {
      for (const [k, weight] of weights.entries()) {
        expect(weight).toBeCloseTo(plain.getWeights()[i]?.[k] as number, 5);
      }
    }
    await net.dispose();
    await plain.dispose();
  });

  it("works with several inputs and outputs, with bytes, and outside of training", async () => {
    const [x, size] = [layers.input({ shape: [2] }), layers.input({ shape: [3] })];
    const both = apply(layers.concatenate(), [x, size]);
    const dropped = apply(layers.dropout({ rate: 0.5 }), both);
    const outputs = { first: apply(layers.dense({ units: 1 }), both), second: dropped };
    const net = model({ inputs: [x, size], outputs, seed: 1, runtime });
    net.compile({ optimizer: "sgd", loss: null });
    const loss: OwnLoss<"bytes" | "size"> = ({ bytes, size }, { callAll }) => {
      const [first, second] = callAll([bytes, size]) as [Value, Value];
      return ops.add(ops.reduceSum(first, { axes: [-1] }), ops.reduceSum(second, { axes: [-1] }));
    };
    const bytes = { ...tensor("uint8", [2, 2], Uint8Array.of(255, 0, 51, 102)), divisor: 255 };
    const given = { bytes, size: tensor("float32", [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)) };
    const { value } = await net.valueAndGradients(given, loss, { training: false });
    const { first } = await net.predict([bytes, given.size]);
    const sums = (1 + 0.2 + 0.4 + 21) / 2;
    expect(value).toBeCloseTo(sums + ((first.data[0] as number) + (first.data[1] as number)) / 2, 5);
    const { value: training } = await net.valueAndGradients(given, loss);
    expect(Math.abs(training - value)).toBeGreaterThan(0.1);
  });

  it("is asked for once for each kind of data, and few of many are kept", async () => {
    const net = line();
    let asked = 0;
    const counting: OwnLoss<"x"> = ({ x }, { call }) => {
      asked++;
      return call(x);
    };
    for (const values of [
      [1, 2, 3],
      [1, 2],
      [3, 4, 5],
    ]) {
      await net.valueAndGradients({ x: column(values) }, counting);
    }
    expect(asked).toBe(1);
    for (let i = 0; i < 12; i++) {
      const { value } = await net.valueAndGradients({ x: column([i]) }, ({ x }, { call }) =>
        ops.mul(call(x), i),
      );
      expect(value).toBe((2 * i + 1) * i);
    }
    await net.dispose();
    expect((await net.valueAndGradients({ x: column([1]) }, counting)).value).toBe(3);
  });

  it("refuses what is no loss, and data that do not fit", async () => {
    const net = line();
    const x = column([1, 2]);
    const refused = async (data: Record<string, unknown>, loss: unknown, message: RegExp) =>
      await expect(net.valueAndGradients(data as never, loss as never)).rejects.toThrow(message);
    await refused({ x }, () => 3, /the loss must give a value made by ops or by net.call, but gave 3/);
    await refused(
      { x },
      ({ x }: { x: Value }) => x,
      /the loss must call the model, so that it depends on dense\/kernel/,
    );
    await refused({ x, y: column([1]) }, squared, /"x" has 2 samples, but "y" has 1/);
    await refused({ x: 3 }, squared, /valueAndGradients: "x"/);
    await refused({}, squared, /needs at least one tensor/);
    const wide = tensor("float32", [2, 3], noise(6));
    await refused(
      { x: wide, y: wide },
      squared,
      /the model "sequential" takes \[batch, 1\], but is called with \[batch, 3\]/,
    );
    await expect(net.applyGradients([])).rejects.toThrow(/2 trainable weights, but 0 gradients/);
    await expect(net.applyGradients([Float32Array.of(1, 2), Float32Array.of(1)])).rejects.toThrow(
      /the weight dense\/kernel has 1 values, but its gradient has 2/,
    );
    await expect(smallNet().valueAndGradients({ x }, () => x as never)).rejects.toThrow(
      /needs a compiled model/,
    );
    await expect(net.fit(x, x)).rejects.toThrow(/fit needs a loss: .* compiled without one/);
  });
});
