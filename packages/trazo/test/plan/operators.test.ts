import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import type { Value } from "../../src/graph/value.js";
import { everyOperator } from "../../src/plan/operators/rare.js";
import { recognize } from "../../src/plan/recognize.js";
import { tensor } from "../../src/tensor.js";
import { expectAgreement } from "./compare-plan.js";
import { flat, Net, plain } from "./net.js";

const pair = (most: number) => fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }));
const padding = fc.constantFrom<o.Padding>("valid", "same");
const convolutions = fc.record({
  height: fc.integer({ min: 5, max: 12 }),
  width: fc.integer({ min: 5, max: 12 }),
  channels: fc.constantFrom(1, 3, 5, 6, 8, 9, 16),
  filters: fc.constantFrom(1, 3, 5, 6, 8, 10, 16),
  kernel: fc.oneof(fc.constant([3, 3] as const), pair(4)),
  strides: pair(2),
  dilation: fc.constantFrom([1, 1] as const, [2, 1] as const, [1, 2] as const),
  padding,
  bias: fc.boolean(),
  relu: fc.boolean(),
  pool: fc.constantFrom("none" as const, "max" as const, "average" as const),
  poolSize: pair(3),
  poolStrides: pair(3),
  poolPadding: padding,
  rows: fc.integer({ min: 1, max: 5 }),
  // Convolutions of many samples are computed in other ways than those of few.
  more: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constant(60)),
});

describe("the plan gives the outputs and gradients of the ONNX lowering", () => {
  it("for convolutions and poolings of any shape, with a partial batch", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (spec) => {
        const dilation = Math.max(...spec.strides) > 1 ? ([1, 1] as const) : spec.dilation;
        const net = new Net();
        const x = net.images(spec.height, spec.width, spec.channels);
        const kernel = net.weight(...spec.kernel, spec.channels, spec.filters);
        let y = o.conv2d(x, kernel, { strides: spec.strides, padding: spec.padding, dilation });
        if (spec.bias) y = o.add(y, net.weight(spec.filters));
        if (spec.relu) y = o.relu(y);
        const size = spec.poolSize.map((side, i) => Math.min(side, y.shape[1 + i] as number)) as [
          number,
          number,
        ];
        const pooling = { poolSize: size, strides: spec.poolStrides, padding: spec.poolPadding };
        if (spec.pool === "max") y = o.maxPool2d(y, pooling);
        if (spec.pool === "average") y = o.averagePool2d(y, pooling);
        await expectAgreement(net.ending(y), spec.rows, spec.rows + spec.more);
      }),
      { numRuns: 120, seed: 5 },
    );
  });

  it("for depthwise convolutions of any shape, with a partial batch", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (spec) => {
        const dilation = Math.max(...spec.strides) > 1 ? ([1, 1] as const) : spec.dilation;
        const net = new Net();
        const x = net.images(spec.height, spec.width, spec.channels);
        const kernel = net.weight(...spec.kernel, spec.channels, 1);
        let y = o.depthwiseConv2d(x, kernel, { strides: spec.strides, padding: spec.padding, dilation });
        if (spec.bias) y = o.add(y, net.weight(spec.channels));
        if (spec.relu) y = o.relu(y);
        await expectAgreement(net.ending(y), spec.rows, spec.rows + spec.more);
      }),
      { numRuns: 40, seed: 6 },
    );
  });

  it("for grouped convolutions and several outputs per channel of any shape, with a partial batch", async () => {
    const grouped = fc.record({
      groups: fc.integer({ min: 1, max: 5 }),
      channels: fc.integer({ min: 1, max: 5 }),
      filters: fc.integer({ min: 1, max: 5 }),
      size: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
      depthwise: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        convolutions,
        grouped,
        async (spec, { groups, channels, filters, size, depthwise }) => {
          const dilation = Math.max(...spec.strides) > 1 ? ([1, 1] as const) : spec.dilation;
          const options = { strides: spec.strides, padding: spec.padding, dilation };
          const net = new Net();
          const along = (i: 0 | 1): number =>
            spec.padding === "same" ? size[i] : Math.max(size[i], (spec.kernel[i] - 1) * dilation[i] + 1);
          const x = net.images(along(0), along(1), depthwise ? channels : groups * channels);
          let y = depthwise
            ? o.depthwiseConv2d(x, net.weight(...spec.kernel, channels, filters), options)
            : o.groupedConv2d(x, net.weight(...spec.kernel, channels, groups * filters), {
                ...options,
                groups,
              });
          if (spec.bias) y = o.add(y, net.weight(y.shape[3] as number));
          if (spec.relu) y = o.relu(y);
          await expectAgreement(net.ending(y), spec.rows, spec.rows + spec.more);
        },
      ),
      { numRuns: 80, seed: 8 },
    );
  });

  it("for transposed convolutions of any shape, with a partial batch", async () => {
    await fc.assert(
      fc.asyncProperty(convolutions, async (spec) => {
        const dilation = Math.max(...spec.strides) > 1 ? ([1, 1] as const) : spec.dilation;
        const net = new Net();
        const options = { strides: spec.strides, padding: spec.padding, dilation };
        const made = o.conv2d(
          net.graph.input("shape", "float32", [batch, spec.height, spec.width, 1]),
          net.graph.input("kernel", "float32", [...spec.kernel, 1, 1]),
          options,
        );
        const x = net.images(made.shape[1] as number, made.shape[2] as number, spec.channels);
        const outputSize = [spec.height, spec.width] as const;
        const kernel = net.weight(...spec.kernel, spec.filters, spec.channels);
        let y = o.conv2dTranspose(x, kernel, { ...options, outputSize });
        if (spec.bias) y = o.add(y, net.weight(spec.filters));
        if (spec.relu) y = o.relu(y);
        await expectAgreement(net.ending(y), spec.rows, spec.rows + spec.more);
      }),
      { numRuns: 40, seed: 7 },
    );
  });

  it("for pixels of a byte, divided, of which no part is left to graphs", async () => {
    for (const divisor of [1, 255]) {
      const graph = new Graph();
      const bytes = graph.input("bytes", "uint8", [batch, 5, 3, 3]);
      const rows = o.reshape(o.cast(bytes, "float32"), [batch, 45]);
      const numbers = divisor === 1 ? rows : o.div(rows, divisor);
      const weights = graph.input("w", "float32", [3, 3, 3, 4]);
      const output = o.conv2d(o.reshape(numbers, [batch, 5, 3, 3]), weights, plain);
      const { parts } = recognize(graph, [output], [weights], everyOperator);
      expect(parts.map(({ kind }) => kind)).toEqual(["task", "task"]);
    }
  });

  const gelu = (x: Value): Value => o.mul(o.mul(x, 0.5), o.add(o.erf(o.div(x, Math.SQRT2)), 1));
  const functions: Readonly<Record<string, (x: Value) => Value>> = {
    sigmoid: o.sigmoid,
    tanh: o.tanh,
    elu: (x) => o.elu(x, 0.7),
    selu: (x) => o.mul(o.elu(x, 1.67), 1.05),
    "leaky relu": (x) => o.leakyRelu(x, 0.2),
    relu6: (x) => o.clip(x, 0, 6),
    "upper limit": (x) => o.minimum(x, 0.3),
    "lower limit": (x) => o.maximum(0.1, x),
    "hard sigmoid": (x) => o.hardSigmoid(x, 1 / 6, 0.5),
    exponential: o.exp,
    silu: (x) => o.mul(x, o.sigmoid(x)),
    gelu,
    "half of a gelu's factors": (x) => o.mul(o.mul(x, 0.5), o.add(o.tanh(o.div(x, Math.SQRT2)), 1)),
    "numbers added, subtracted and divided by": (x) => o.sub(2, o.div(o.sub(o.add(1, o.neg(x)), 3), 4)),
    square: o.square,
    "prelu with a fixed slope": (x) => o.sub(o.relu(x), o.mul(o.relu(o.neg(x)), 0.25)),
    softplus: o.softplus,
  };

  it.each(Object.entries(functions))("for %s behind a convolution", async (_, apply) => {
    const net = new Net();
    const y = apply(net.convolution(net.images(6, 5, 3), 8, false));
    await expectAgreement(net.ending(net.dense(flat(y), 3)), 5, 6, 2e-5);
  });

  const normalized = (net: Net, x: Value): Value => {
    const channels = x.shape.at(-1) as number;
    const [gamma, beta] = [net.weight(channels), net.weight(channels)];
    return o.batchNormalization(x, { gamma, beta, epsilon: 1e-3 }).output;
  };

  const networks: Readonly<Record<string, (net: Net) => Value>> = {
    "residual blocks of batch normalizations, one with a projection": (net) => {
      const x = o.relu(normalized(net, net.product(net.images(6, 5, 3), 8)));
      const inner = o.relu(normalized(net, net.product(x, 8)));
      const once = o.relu(o.add(normalized(net, net.product(inner, 8)), x));
      const strided = { strides: [2, 2], padding: "same", dilation: [1, 1] } as const;
      const around = o.conv2d(once, net.weight(1, 1, 8, 12), strided);
      const smaller = normalized(net, o.conv2d(once, net.weight(3, 3, 8, 12), strided));
      return net.dense(flat(o.relu(o.add(smaller, normalized(net, around)))), 3);
    },
    "a residual sum of batch normalizations without a relu, pooled behind one": (net) => {
      const x = net.convolution(net.images(6, 6, 3), 8);
      const sum = o.add(normalized(net, net.product(x, 8)), x);
      const pooled = o.relu(o.add(normalized(net, net.product(sum, 8)), sum));
      return o.maxPool2d(pooled, { ...plain, poolSize: [2, 2], strides: [2, 2] });
    },
    "a normalized value that is added to itself": (net) => {
      const y = normalized(net, net.product(net.images(5, 5, 3), 8));
      return o.relu(o.add(y, y));
    },
    "a small U-Net": (net) => {
      const half = { poolSize: [2, 2], strides: [2, 2], padding: "same" } as const;
      const first = net.convolution(net.images(8, 6, 3), 8);
      const second = net.convolution(o.maxPool2d(first, half), 12);
      const inner = net.convolution(o.maxPool2d(second, half), 16);
      const doubled = { strides: [2, 2], padding: "same", dilation: [1, 1], outputSize: [4, 3] } as const;
      const up = o.relu(o.add(o.conv2dTranspose(inner, net.weight(2, 2, 12, 16), doubled), net.weight(12)));
      const merged = net.convolution(o.concat([up, second], -1), 12);
      const spread = o.reshape(merged, [batch, 4, 1, 3, 1, 12]);
      const ones = net.graph.constant(tensor("float32", [1, 1, 2, 1, 2, 1], new Float32Array(4).fill(1)));
      const larger = o.reshape(o.mul(spread, ones), [batch, 8, 6, 12]);
      return net.convolution(o.concat([first, larger], 3), 2, false);
    },
    "pieces of images, put together again with zeros around": (net) => {
      const x = net.convolution(net.images(6, 5, 3), 8);
      const [above, below] = [o.slice(x, 1, 0, 2), o.slice(x, 1, 3, 6)];
      const both = o.concat([below, above, o.slice(below, 1, 0, 1)], 1);
      return net.convolution(o.pad(o.slice(both, 2, 1, 4), [0, 1, 2, 0], [0, 0, 3, 0]), 4);
    },
    "the difference and the product of two branches": (net) => {
      const x = net.convolution(net.images(6, 5, 3), 8);
      const [a, b] = [net.convolution(x, 8, false), net.convolution(x, 8, false)];
      return o.mul(o.sub(a, b), o.sub(x, a));
    },
    "depthwise convolutions between batch normalizations": (net) => {
      const x = o.relu(normalized(net, net.product(net.images(7, 6, 3), 8)));
      const each = o.depthwiseConv2d(x, net.weight(3, 3, 8, 1), plain);
      const mixed = o.conv2d(o.relu(normalized(net, each)), net.weight(1, 1, 8, 12), plain);
      return net.dense(o.reduceMean(o.relu(normalized(net, mixed)), { axes: [1, 2] }), 2);
    },
    "a stack of convolutions, poolings and dense layers": (net) => {
      const first = o.maxPool2d(net.convolution(net.images(11, 9, 3), 8), {
        ...plain,
        poolSize: [2, 2],
        strides: [2, 2],
      });
      const second = o.averagePool2d(net.convolution(first, 12), {
        ...plain,
        poolSize: [2, 2],
        strides: [2, 2],
      });
      return net.dense(o.relu(net.dense(flat(second), 7)), 4);
    },
    "dense layers without and with a relu": (net) => net.dense(o.relu(net.dense(net.rows(5), 6)), 3),
    "a dense layer over the last of several axes": (net) =>
      net.dense(net.convolution(net.images(4, 5, 2), 6), 3),
    "a global average": (net) =>
      net.dense(o.reduceMean(net.convolution(net.images(5, 4, 3), 6), { axes: [1, 2] }), 2),
    "a batch normalization behind a relu, and pooled": (net) => {
      const y = net.convolution(net.images(6, 6, 3), 8);
      const { output } = o.batchNormalization(y, {
        gamma: net.weight(8),
        beta: net.weight(8),
        epsilon: 1e-3,
      });
      return o.maxPool2d(output, { ...plain, poolSize: [2, 2], strides: [2, 2] });
    },
    "batch normalizations before a relu, one after the other": (net) => {
      let y = net.product(net.images(6, 5, 3), 8);
      y = o.relu(o.batchNormalization(y, { gamma: net.weight(8), epsilon: 1e-3 }).output);
      y = net.product(y, 9);
      return o.batchNormalization(y, { beta: net.weight(9), epsilon: 1e-3 }).output;
    },
    "a batch normalization of rows": (net) => {
      const y = o.matMul(net.rows(4), net.weight(4, 6));
      return net.dense(o.relu(o.batchNormalization(y, { epsilon: 1e-2 }).output), 2);
    },
    "a shortcut": (net) => {
      const x = net.convolution(net.images(6, 6, 3), 8);
      const around = net.convolution(net.convolution(x, 8), 8, false);
      return o.relu(o.add(around, x));
    },
    "an activation that the plan does not know": (net) => {
      const y = net.convolution(net.images(6, 6, 3), 8, false);
      return net.dense(flat(o.mul(y, o.softplus(y))), 3);
    },
    "a value that goes two ways, one of them unknown": (net) => {
      const y = net.convolution(net.images(6, 6, 3), 8);
      return o.add(net.convolution(y, 4), o.softplus(net.convolution(y, 4, false)));
    },
    "a weight that is used twice": (net) => {
      const x = net.images(6, 6, 8);
      const [kernel, bias] = [net.weight(3, 3, 8, 8), net.weight(8)];
      const once = o.relu(o.add(o.conv2d(x, kernel, plain), bias));
      return o.relu(o.add(o.conv2d(once, kernel, plain), bias));
    },
    "a dense weight that is used twice, and once by an unknown part": (net) => {
      const w = net.weight(5, 5);
      const y = o.relu(o.matMul(o.relu(o.matMul(net.rows(5), w)), w));
      return o.mul(y, o.reduceSum(o.square(w)));
    },
    "a graph that mixes the samples": (net) => {
      const y = net.convolution(net.images(5, 5, 2), 4);
      return o.sub(y, o.reduceMean(y, { axes: [0], keepDims: true }));
    },
    "sizes that ask for the shape of a value": (net) => {
      const y = net.convolution(net.images(5, 5, 2), 4);
      const each = flat(y);
      return o.mul(net.dense(each, 3), o.div(1, o.countOf(each, [0], "float32")));
    },
  };

  it("for a normalization by statistics that are given", async () => {
    const net = new Net();
    const y = net.convolution(net.images(5, 5, 2), 4);
    const given = (values: readonly number[]): Value =>
      net.graph.constant(tensor("float32", [4], [...values]));
    const [mean, variance] = [given([0.1, -0.2, 0, 0.3]), given([0.5, 2, 1, 0.1])];
    const settings = { epsilon: 1e-3 };
    const output = o.normalization(y, mean, variance, settings);
    await expectAgreement(net.ending(output), 4);
    const around = o.relu(o.normalization(net.product(output, 4), mean, variance, settings));
    const sum = o.add(o.normalization(net.product(around, 4), mean, variance, settings), around);
    await expectAgreement(net.ending(o.relu(sum)), 3);
  });

  it.each(Object.entries(networks))("for %s", async (_, build) => {
    const net = new Net();
    const network = net.ending(build(net));
    await expectAgreement(network, 5, 6, 2e-5);
    await expectAgreement(network, 2, 6, 2e-5);
  });
});
