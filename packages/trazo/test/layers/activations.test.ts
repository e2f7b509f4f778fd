import { describe, expect, it } from "vitest";
import { differentiate } from "../../src/graph/differentiate.js";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import { mul, reduceSum } from "../../src/graph/ops.js";
import type { Value } from "../../src/graph/value.js";
import { nodeRuntime, tensor } from "../../src/index.js";
import {
  type Activation,
  activate,
  activationName,
  activationToKeras,
} from "../../src/layers/activations.js";

const runtime = nodeRuntime({ threads: 1 });
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Abramowitz and Stegun 7.1.6: erf as a power series without cancellation. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 150; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** Keras's definitions, number by number. */
const formulas: Record<Exclude<Activation, "softmax" | "logSoftmax">, (x: number) => number> = {
  linear: (x) => x,
  relu: (x) => Math.max(x, 0),
  relu6: (x) => Math.min(Math.max(x, 0), 6),
  leakyRelu: (x) => (x > 0 ? x : 0.2 * x),
  elu: (x) => (x > 0 ? x : Math.expm1(x)),
  selu: (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x)),
  gelu: (x) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
  swish: (x) => x * sigmoid(x),
  sigmoid,
  hardSigmoid: (x) => Math.min(Math.max(x / 6 + 0.5, 0), 1),
  tanh: Math.tanh,
  softplus: (x) => Math.log1p(Math.exp(x)),
  softsign: (x) => x / (1 + Math.abs(x)),
  exponential: Math.exp,
  hardSwish: (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
  mish: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  logSigmoid: (x) => -Math.log1p(Math.exp(-x)),
};

const xs = [-4, -2.5, -1, -0.3, 0.4, 1, 2.75, 5, 6.5];

/** The activation's values, and its gradient for a loss that weighs them 1, 2, 3, … */
async function run(
  activation: Activation,
  values: readonly number[],
): Promise<{ y: number[]; gradient: number[] }> {
  const graph = new Graph();
  const shape = [1, values.length];
  const x = graph.input("x", "float32", shape);
  const y = activate(x, activation);
  const weights = graph.constant(
    tensor(
      "float32",
      shape,
      Float32Array.from(values, (_, i) => i + 1),
    ),
  );
  const [gradient] = differentiate(reduceSum(mul(y, weights)), [x]);
  const session = await (await runtime).load(encode({ y, gradient: gradient as Value }));
  const outputs = await session.run({ x: tensor("float32", shape, Float32Array.from(values)) });
  await session.release();
  const list = (name: string): number[] => Array.from(outputs[name]?.data as Float32Array);
  return { y: list("y"), gradient: list("gradient") };
}

describe("activations", () => {
  it.each(Object.entries(formulas) as [Activation, (x: number) => number][])(
    "%s is Keras's",
    async (name, formula) => {
      const { y, gradient } = await run(name, xs);
      const h = 1e-6;
      for (const [i, x] of xs.entries()) {
        const scale = Math.max(1, Math.abs(formula(x)));
        expect(Math.abs((y[i] as number) - formula(x)) / scale, `${name}(${x})`).toBeLessThan(1e-6);
        const slope = (formula(x + h) - formula(x - h)) / (2 * h);
        expect(Math.abs((gradient[i] as number) / (i + 1) - slope) / scale, `slope at ${x}`).toBeLessThan(
          1e-5,
        );
      }
    },
  );

  it("softmax sums to one over the last axis, however large the numbers", async () => {
    const { y, gradient } = await run("softmax", [1, 3, -2]);
    const powers = [1, 3, -2].map(Math.exp);
    const p = powers.map((power) => power / powers.reduce((a, b) => a + b, 0));
    const mean = p.reduce((sum, value, i) => sum + value * (i + 1), 0);
    for (const [i, value] of p.entries()) {
      expect(y[i]).toBeCloseTo(value, 6);
      expect(gradient[i]).toBeCloseTo(value * (i + 1 - mean), 5);
    }
    expect((await run("softmax", [1000, 0, 1000])).y).toEqual([0.5, 0, 0.5]);
  });

  it("logSoftmax is softmax's logarithm, however large the numbers", async () => {
    const [logs, p] = await Promise.all([run("logSoftmax", [1, 3, -2]), run("softmax", [1, 3, -2])]);
    for (const [i, value] of p.y.entries()) {
      expect(logs.y[i]).toBeCloseTo(Math.log(value), 6);
      expect(logs.gradient[i]).toBeCloseTo(i + 1 - 6 * value, 5);
    }
    expect((await run("logSoftmax", [1000, 0])).y).toEqual([0, -1000]);
  });

  it("have Keras's names in files, and are read by them", () => {
    for (const name of [...Object.keys(formulas), "softmax", "logSoftmax"] as Activation[]) {
      expect(activationName().parse(activationToKeras(name), "file")).toBe(name);
    }
    expect(activationToKeras("leakyRelu")).toBe("leaky_relu");
    expect(activationToKeras("swish")).toBe("silu");
    expect(() => activationName().parse("celu", "a.h5: layer 3")).toThrow(
      'a.h5: layer 3: unknown activation "celu". Known: linear, relu',
    );
  });

  it("pass no gradient through a ReLU at 0, as TensorFlow", async () => {
    expect((await run("relu", [0, 0])).gradient).toEqual([0, 0]);
  });
});
