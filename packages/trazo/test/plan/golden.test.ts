import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch, isStatic } from "../../src/graph/shape.js";
import type { Value } from "../../src/graph/value.js";
import { resizeImages } from "../../src/layers/resize-images.js";
import { everyOperator } from "../../src/plan/operators/rare.js";
import { recognize } from "../../src/plan/recognize.js";
import { sizeOf, tensor } from "../../src/tensor.js";
import { decodeGolden, goldenHash } from "../fixtures/golden/golden.js";
import { relativeError } from "../lowering/compare.js";
import { computeByPlan } from "./compare-plan.js";

interface Case {
  readonly operator: string;
  readonly shapes: readonly (readonly number[])[];
  readonly options: object;
  readonly output: { readonly shape: readonly number[]; readonly values: string };
  /** One per input. */
  readonly gradients: readonly string[];
}

const file = new URL("../fixtures/golden/operators.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { readonly cases: readonly Case[] };
const lossStream = 100;

/** What the plan takes a value for that nothing of it computes: an operator alone would be left to ONNX. */
function covered(x: Value): Value {
  const channels = x.shape.at(-1) as number;
  const one = Float32Array.from({ length: channels ** 2 }, (_, i) => Number(i % (channels + 1) === 0));
  const identity = x.graph.input(`identity${identities.size}`, "float32", [channels, channels]);
  identities.set(identity.name, one);
  return o.matMul(x, identity);
}
const identities = new Map<string, Float32Array>();

type Build = (inputs: readonly Value[], options: never) => Value;
const bias = (y: Value, b: Value | undefined): Value => o.relu(o.add(y, b as Value));

const operators: Readonly<Record<string, Build>> = {
  conv2d: ([x, w], options: o.Conv2dOptions) => o.conv2d(x as Value, w as Value, options),
  convolutionBiasRelu: ([x, w, b], options: o.Conv2dOptions) =>
    bias(o.conv2d(x as Value, w as Value, options), b),
  depthwiseConv2d: ([x, w], options: o.Conv2dOptions) => o.depthwiseConv2d(x as Value, w as Value, options),
  groupedConv2d: ([x, w], options: o.GroupedConv2dOptions) =>
    o.groupedConv2d(x as Value, w as Value, options),
  conv2dTranspose: ([x, w], options: o.Conv2dTransposeOptions) =>
    o.conv2dTranspose(x as Value, w as Value, options),
  dense: ([x, w, b]) => bias(o.matMul(x as Value, w as Value), b),
  maxPool2d: ([x], options: o.Pool2dOptions) => o.maxPool2d(x as Value, options),
  averagePool2d: ([x], options: o.Pool2dOptions) => o.averagePool2d(x as Value, options),
  globalAverage: ([x]) => o.reduceMean(x as Value, { axes: [1, 2] }),
  batchNormalization: (inputs, options: { epsilon: number }) => normalized(inputs, options),
  batchNormalizationRelu: (inputs, options: { epsilon: number }) => o.relu(normalized(inputs, options)),
  residual: (inputs, options: { epsilon: number }) =>
    o.relu(o.add(normalized(inputs, options), covered(inputs[3] as Value))),
  groupNormalization: ([x, gamma, beta], options: o.GroupNormalizationOptions) =>
    o.groupNormalization(x as Value, { ...options, gamma, beta }),
  bilinear: ([x], { size }: { size: readonly [number, number] }) =>
    resizeImages(covered(x as Value), size, { interpolation: "bilinear" }),
  softmax: ([x]) => o.softmax(o.mul(covered(x as Value), 4)),
  logSoftmax: ([x]) => o.logSoftmax(o.mul(covered(x as Value), 4)),
  transpose: ([x], { perm }: { perm: readonly number[] }) => o.transpose(covered(x as Value), perm),
  mean: ([x], { axes }: { axes: readonly number[] }) =>
    o.reduceMean(covered(x as Value), { axes, keepDims: true }),
  total: ([x], { axes }: { axes: readonly number[] }) => o.reduceSum(covered(x as Value), { axes }),
  scaled: ([x, w]) => o.mul(covered(x as Value), w as Value),
  shifted: ([x, w]) => o.add(covered(x as Value), w as Value),
  less: ([x, w]) => o.sub(covered(x as Value), w as Value),
  quotient: ([x, w]) => o.div(covered(x as Value), o.add(o.square(w as Value), 1)),
  larger: ([x, w]) => o.maximum(covered(x as Value), w as Value),
  smaller: ([x, w]) => o.minimum(covered(x as Value), w as Value),
  root([x]) {
    return o.sqrt(o.add(o.square(covered(x as Value)), 0.1));
  },
  logarithm([x]) {
    return o.log(o.add(o.square(covered(x as Value)), 0.01));
  },
  absolute: ([x]) => o.abs(covered(x as Value)),
  softplus: ([x]) => o.softplus(o.mul(covered(x as Value), 20)),
  sum: ([x, y]) => o.add(covered(x as Value), covered(y as Value)),
  product: ([x, y]) => o.mul(covered(x as Value), covered(y as Value)),
  difference: ([x, y]) => o.sub(covered(x as Value), covered(y as Value)),
  concat: ([x, y], { axis }: { axis: number }) => o.concat([covered(x as Value), y as Value], axis),
  slice: ([x], { start, end }: { start: number; end: number }) => o.slice(covered(x as Value), 1, start, end),
  pad: ([x], { before, after }: { before: number[]; after: number[] }) =>
    o.pad(covered(x as Value), before, after),
  repeat: ([x], { size }: { size: readonly [number, number] }) => repeated(covered(x as Value), size),
  relu: ([x]) => o.relu(covered(x as Value)),
  relu6: ([x]) => o.clip(o.mul(covered(x as Value), 8), 0, 6),
  sigmoid: ([x]) => o.sigmoid(covered(x as Value)),
  tanh: ([x]) => o.tanh(covered(x as Value)),
  elu: ([x]) => o.elu(covered(x as Value)),
  leakyRelu: ([x]) => o.leakyRelu(covered(x as Value), 0.2),
  hardSigmoid: ([x]) => o.hardSigmoid(o.mul(covered(x as Value), 4), 1 / 6, 0.5),
  exponential: ([x]) => o.exp(covered(x as Value)),
  silu([x]) {
    const y = covered(x as Value);
    return o.mul(y, o.sigmoid(y));
  },
  gelu([x]) {
    const y = covered(x as Value);
    return o.mul(o.mul(y, 0.5), o.add(o.erf(o.div(y, Math.SQRT2)), 1));
  },
  square: ([x]) => o.pow(covered(x as Value), 2),
  cube: ([x]) => o.pow(covered(x as Value), 3),
  power: ([x]) => o.pow(o.add(o.square(covered(x as Value)), 0.1), 1.7),
  chosen([first, second]) {
    const [x, y] = [covered(first as Value), covered(second as Value)];
    return o.where(o.greater(x, y), o.square(x), y);
  },
  batchTotal: ([x], { axes }: { axes: readonly number[] }) =>
    o.reduceSum(o.square(covered(x as Value)), { axes }),
  batchMean: ([x], { axes }: { axes: readonly number[] }) =>
    o.reduceMean(o.square(covered(x as Value)), { axes }),
  aroundBatch([first]) {
    const x = covered(first as Value);
    return o.mul(x, o.sub(x, o.reduceMean(x, { axes: [0], keepDims: true })));
  },
  shareOfBatch([first]) {
    const x = covered(first as Value);
    return o.mul(o.expandLike(o.reduceSum(o.abs(x)), x), x);
  },
  overlap([first, second]) {
    const [x, y] = [covered(first as Value), covered(second as Value)];
    const both = o.add(o.mul(o.reduceSum(o.mul(x, y)), 2), 1);
    const all = o.add(o.add(o.reduceSum(o.square(x)), o.reduceSum(o.square(y))), 1);
    return o.sub(1, o.div(both, all));
  },
  picked: ([x], { places }: { places: readonly number[] }) =>
    o.gather(covered(x as Value), Int32Array.from(places), [places.length], 2),
  crossentropy([first, second]) {
    const [x, y] = [covered(first as Value), covered(second as Value)];
    const logs = o.logSoftmax(o.mul(x, 4));
    return o.neg(o.reduceSum(o.mul(o.square(y), logs), { axes: [-1] }));
  },
};

const normalized = ([x, gamma, beta]: readonly Value[], { epsilon }: { epsilon: number }): Value =>
  o.batchNormalization(x as Value, { gamma, beta, epsilon }).output;

function repeated(x: Value, [down, across]: readonly [number, number]): Value {
  const [, height, width, channels] = x.shape as [unknown, number, number, number];
  const ones = new Float32Array(down * across).fill(1);
  const shape = [1, 1, down, 1, across, 1];
  const spread = o.reshape(x, [batch, height, 1, width, 1, channels]);
  const product = o.mul(spread, x.graph.constant(tensor("float32", shape, ones)));
  return o.reshape(product, [batch, height * down, width * across, channels]);
}

/** Whether an input is samples, whose first size is the batch's; the others are weights. */
const isSamples = ({ operator }: Case, i: number): boolean =>
  i === 0 ||
  ["sum", "product", "difference", "concat", "chosen", "overlap", "crossentropy"].includes(operator) ||
  (operator === "residual" && i === 3);

const golden = (stream: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => 2 * (goldenHash(stream, i) / 2 ** 32) - 1);

describe("operators of the plan give what TensorFlow gives in float64", () => {
  it.each(cases.map((one) => [one.operator, JSON.stringify([one.shapes, one.options]), one] as const))(
    "%s %s",
    (_, __, one) => {
      const graph = new Graph();
      identities.clear();
      const inputs = one.shapes.map((shape, i) =>
        graph.input(`i${i}`, "float32", isSamples(one, i) ? [batch, ...shape.slice(1)] : [...shape]),
      );
      const output = (operators[one.operator] as Build)(inputs, one.options as never);
      // No part of it is left to ONNX.
      const { parts } = recognize(graph, [output], inputs, everyOperator);
      const left = parts.flatMap((part) => (part.kind === "island" ? part.island.nodes : []));
      expect(left.filter(({ outputs }) => outputs.some(({ shape }) => !shape.every(isStatic)))).toEqual([]);
      const rows = one.shapes[0]?.[0] as number;
      const valuesOf = (name: string): Float32Array | undefined => {
        if (identities.has(name)) return identities.get(name);
        if (name === "weights") return golden(lossStream, sizeOf(one.output.shape));
        const stream = Number(name.slice(1));
        return golden(stream, sizeOf(one.shapes[stream] as readonly number[]));
      };
      const constants = graph.inputs.filter(({ name }) => identities.has(name));
      const network = { graph, output, inputs: [...inputs, ...constants] };
      const got = computeByPlan(network, rows, rows + 1, undefined, valuesOf);
      expect(got.output?.shape).toEqual(one.output.shape);
      expect(relativeError(got.output?.data ?? [], decodeGolden(one.output.values))).toBeLessThan(2e-6);
      for (const [i, gradient] of one.gradients.entries()) {
        const { data = [] } = got[`gradient of i${i}`] ?? {};
        expect(relativeError(data, decodeGolden(gradient)), `gradient of input ${i}`).toBeLessThan(5e-6);
      }
    },
  );
});
