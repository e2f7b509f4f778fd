import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base } from "../../../practice/src/techniques/base.js";
import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch, shapesEqual } from "../../src/graph/shape.js";
import type { Dim, Shape, Value } from "../../src/graph/value.js";
import { optimizers } from "../../src/index.js";
import { type Lowering, lower } from "../../src/lowering/lower.js";
import { lowerings } from "../../src/lowering/registry.js";
import { nodeRuntime } from "../../src/node/runtime/node.js";
import { sizeOf, tensor } from "../../src/tensor.js";
import { noise } from "../optimizers/flat.js";
import { compute, type Network, relativeError } from "./compare.js";

const runtime = await nodeRuntime({ threads: 1 });

interface Net {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly filters: number;
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilation: readonly [number, number];
  readonly padding: o.Padding;
  readonly relu: boolean;
  readonly pool: "average" | "max" | "none";
  readonly poolSize: readonly [number, number];
  readonly poolStrides: readonly [number, number];
  readonly poolPadding: o.Padding;
  /** A second convolution behind the first, with a kernel of 3 and "same" padding or none. */
  readonly second: o.Padding | "none";
}

const pair = (most: number) => fc.tuple(fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: most }));
const padding = fc.constantFrom<o.Padding>("valid", "same");
const nets = fc.record({
  height: fc.integer({ min: 9, max: 14 }),
  width: fc.integer({ min: 9, max: 14 }),
  channels: fc.integer({ min: 1, max: 3 }),
  filters: fc.integer({ min: 1, max: 5 }),
  kernel: pair(4),
  // TensorFlow allows strides or dilation, not both.
  strides: pair(2),
  dilation: fc.constantFrom([1, 1] as const, [2, 1] as const),
  padding,
  relu: fc.boolean(),
  pool: fc.constantFrom("average" as const, "max" as const, "none" as const),
  poolSize: pair(3),
  poolStrides: pair(3),
  poolPadding: padding,
  second: fc.constantFrom("valid" as const, "same" as const, "none" as const),
});

function network(net: Net): Network {
  const { channels, filters } = net;
  const dilation = Math.max(...net.strides) > 1 ? ([1, 1] as const) : net.dilation;
  const graph = new Graph();
  const x = graph.input("x", "float32", [batch, net.height, net.width, channels]);
  const k1 = graph.input("k1", "float32", [...net.kernel, channels, filters]);
  const b1 = graph.input("b1", "float32", [filters]);
  let y = o.add(o.conv2d(x, k1, { strides: net.strides, padding: net.padding, dilation }), b1);
  if (net.relu) y = o.relu(y);
  const pooling = { poolSize: net.poolSize, strides: net.poolStrides, padding: net.poolPadding };
  if (net.pool === "average") y = o.averagePool2d(y, pooling);
  if (net.pool === "max") y = o.maxPool2d(y, pooling);
  const [, h, w] = y.shape as readonly number[];
  const fits = net.second === "same" || ((h as number) >= 3 && (w as number) >= 3);
  if (net.second === "none" || !fits) return { graph, output: y, inputs: [x, k1, b1] };
  const k2 = graph.input("k2", "float32", [3, 3, filters, 2]);
  const output = o.conv2d(y, k2, { strides: [1, 1], padding: net.second, dilation: [1, 1] });
  return { graph, output, inputs: [x, k1, b1, k2] };
}

/** A network as the practice's: convolution, relu and pooling, several times over, then a dense layer. */
interface Stack {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  readonly blocks: readonly {
    readonly filters: number;
    readonly kernel: readonly [number, number];
    readonly padding: o.Padding;
    readonly pool: "average" | "max" | "none";
    readonly poolSize: readonly [number, number];
    /** Adds the block's input to its convolution's output where the shapes agree. */
    readonly residual: boolean;
  }[];
}

const stacks = fc.record({
  height: fc.integer({ min: 8, max: 20 }),
  width: fc.integer({ min: 8, max: 20 }),
  channels: fc.integer({ min: 1, max: 3 }),
  blocks: fc.array(
    fc.record({
      filters: fc.integer({ min: 1, max: 6 }),
      kernel: pair(3),
      padding,
      pool: fc.constantFrom("average" as const, "average" as const, "max" as const, "none" as const),
      poolSize: pair(2),
      residual: fc.boolean(),
    }),
    { minLength: 2, maxLength: 3 },
  ),
});

function stackedNetwork({ height, width, channels, blocks }: Stack): Network {
  const graph = new Graph();
  const x = graph.input("x", "float32", [batch, height, width, channels]);
  const inputs = [x];
  const weight = (name: string, shape: Shape): Value => {
    const value = graph.input(name, "float32", shape);
    inputs.push(value);
    return value;
  };
  let y: Value = x;
  for (const [i, { filters, kernel, padding, pool, poolSize, residual }] of blocks.entries()) {
    const [, h, w, c] = y.shape as [Dim, number, number, number];
    const window = [Math.min(kernel[0], h), Math.min(kernel[1], w)] as const;
    const from = y;
    y = o.conv2d(y, weight(`kernel${i}`, [...window, c, filters]), {
      strides: [1, 1],
      padding,
      dilation: [1, 1],
    });
    y = o.relu(o.add(y, weight(`bias${i}`, [filters])));
    if (residual && shapesEqual(from.shape, y.shape)) y = o.add(y, from);
    const size = [
      Math.min(poolSize[0], y.shape[1] as number),
      Math.min(poolSize[1], y.shape[2] as number),
    ] as const;
    if (pool === "average") y = o.averagePool2d(y, { poolSize: size, strides: size, padding: "valid" });
    if (pool === "max") y = o.maxPool2d(y, { poolSize: size, strides: size, padding: "valid" });
  }
  const features = (y.shape.slice(1) as number[]).reduce((a, b) => a * b, 1);
  const dense = o.matMul(o.reshape(y, [batch, features]), weight("dense", [features, 4]));
  return { graph, output: o.add(dense, weight("dense_bias", [4])), inputs };
}

async function requireAgreement(
  network: Network,
  rows: number,
  lowering: Lowering = lowerings.tiledGemm,
): Promise<void> {
  const wanted = await compute(runtime, network, lowerings.direct, rows);
  const got = await compute(runtime, network, lowering, rows);
  expect(Object.keys(wanted)).toHaveLength(network.inputs.length + 1);
  for (const [name, { shape, data }] of Object.entries(wanted)) {
    expect(got[name]?.shape, name).toEqual(shape);
    expect(relativeError(got[name]?.data ?? [], data), name).toBeLessThan(2e-5);
  }
}

describe("lowerings", () => {
  it("give the same outputs and gradients, whatever the network", async () => {
    await fc.assert(
      fc.asyncProperty(nets, fc.integer({ min: 1, max: 3 }), (net, rows) =>
        requireAgreement(network(net), rows),
      ),
      { numRuns: 80, seed: 4 },
    );
  });

  it("give the same outputs and gradients where the largest are found without saying where", async () => {
    await fc.assert(
      fc.asyncProperty(nets, fc.integer({ min: 1, max: 3 }), (net, rows) =>
        requireAgreement(network({ ...net, pool: "max" }), rows, lowerings.withoutIndices),
      ),
      { numRuns: 30, seed: 5 },
    );
  });

  it("give the same outputs and gradients through several layers", async () => {
    await fc.assert(
      fc.asyncProperty(stacks, fc.integer({ min: 1, max: 3 }), (stack, rows) =>
        requireAgreement(stackedNetwork(stack), rows),
      ),
      { numRuns: 30, seed: 12 },
    );
  });

  it.each([
    { filters: 64, kernel: 2, pool: 2, shortcut: false },
    { filters: 70, kernel: 5, pool: 3, shortcut: true },
    { filters: 65, kernel: 1, pool: 2, shortcut: true },
  ])(
    "agree on convolutions wide enough for a row a pixel: %o",
    async ({ filters, kernel, pool, shortcut }) => {
      const graph = new Graph();
      const x = graph.input("x", "float32", [batch, 8, 8, 2]);
      const k1 = graph.input("k1", "float32", [3, 3, 2, filters]);
      const b1 = graph.input("b1", "float32", [filters]);
      const k2 = graph.input("k2", "float32", [kernel, kernel, filters, filters]);
      const b2 = graph.input("b2", "float32", [filters]);
      const k3 = graph.input("k3", "float32", [2, 2, filters, 3]);
      const options = { strides: [1, 1], padding: "same", dilation: [1, 1] } as const;
      const first = o.relu(o.add(o.conv2d(x, k1, { ...options, padding: "valid" }), b1));
      let y = o.relu(o.add(o.conv2d(first, k2, options), b2));
      if (shortcut) y = o.add(y, first);
      const side = { poolSize: [pool, pool], strides: [pool, pool], padding: "valid" } as const;
      const output = o.conv2d(o.averagePool2d(y, side), k3, options);
      await requireAgreement({ graph, output, inputs: [x, k1, b1, k2, b2, k3] }, 3);
      const { graph: target, lowered } = lower(graph, lowerings.tiledGemm);
      lowered(output);
      const products = target.nodes.filter(({ op }) => op === "Gemm").map(({ inputs }) => inputs[1]?.shape);
      // Not the larger kernels of tiles; and the bias is part of the product.
      expect(products).toContainEqual([kernel * kernel * filters, filters]);
      expect(target.nodes.filter(({ op }) => op === "Add")).toHaveLength(shortcut ? 1 : 0);
    },
  );

  /** Behind a convolution of 12 x 12 pixels and 6 filters, which tiledGemm keeps in tiles. */
  const meetings: Readonly<Record<string, (y: Value, graph: Graph) => Value>> = {
    "a number": (y) => o.mul(y, 3),
    "one number a channel": (y, graph) => o.mul(y, ramp(graph, [6])),
    "one number a channel, as an image": (y, graph) => o.mul(y, ramp(graph, [1, 1, 1, 6])),
    "one number for all, as a vector": (y, graph) => o.mul(y, ramp(graph, [1])),
    "a row of pixels": (y, graph) => o.mul(ramp(graph, [12, 6]), y),
    "one image for the whole batch": (y, graph) => o.mul(y, ramp(graph, [1, 12, 12, 6])),
    "itself, pooled to one pixel": (y) => o.mul(y, o.maxPool2d(y, { ...whole, poolSize: [12, 12] })),
    "itself, pooled to one pixel, on the left": (y) =>
      o.mul(o.averagePool2d(y, { ...whole, poolSize: [12, 12] }), y),
    "itself, cut into other tiles": (y) => {
      const inOwnTiles = o.relu(o.averagePool2d(y, { strides: [1, 1], poolSize: [3, 3], padding: "same" }));
      return o.add(o.where(o.greater(y, 0), y, o.neg(inOwnTiles)), inOwnTiles);
    },
    "the mean of the batch": (y) => o.sub(y, o.reduceMean(y, { axes: [0], keepDims: true })),
  };
  const whole = { strides: [1, 1], padding: "valid" } as const;
  const ramp = (graph: Graph, shape: readonly number[]): Value =>
    graph.constant(
      tensor(
        "float32",
        shape,
        Float32Array.from({ length: sizeOf(shape) }, (_, i) => 1 + (i % 7) / 3),
      ),
    );

  it.each(Object.entries(meetings))("agree where an image meets %s", async (_, meet) => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 14, 14, 2]);
    const kernel = graph.input("kernel", "float32", [3, 3, 2, 6]);
    const y = o.conv2d(x, kernel, { strides: [1, 1], padding: "valid", dilation: [1, 1] });
    await requireAgreement({ graph, output: meet(y, graph), inputs: [x, kernel] }, 2);
  });

  it("train the practice's base network alike: predictions and the gradient of every weight", async () => {
    const random = noise(3);
    const images = tensor(
      "float32",
      [5, 28, 28, 1],
      Float32Array.from({ length: 5 * 784 }, () => (random() + 1) / 2),
    );
    const labels = tensor("float32", [5, 10], new Float32Array(50));
    for (let row = 0; row < 5; row++) labels.data[row * 10 + ((row * 7) % 10)] = 1;
    const train = async (lowering: "direct" | "tiledGemm") => {
      const model = base.network({ seed: 2, runtime: nodeRuntime({ threads: 1, lowering }) });
      // A step so large that the weights it leaves are its gradients, but for rounding.
      const learningRate = 2 ** 20;
      model.compile({ optimizer: optimizers.sgd({ learningRate }), loss: "categoricalCrossentropy" });
      const { data: predictions } = await model.predict(images);
      const before = model.getWeights();
      const { history } = await model.fit(images, labels, { batchSize: 5, epochs: 1, verbose: 0 });
      const gradients = model
        .getWeights()
        .map((after, k) => after.map((w, i) => ((before[k]?.[i] as number) - w) / learningRate));
      const names = model.definition.variables.map(({ path }) => path);
      await model.dispose();
      return { predictions, loss: history.loss?.[0] as number, gradients, names };
    };
    const wanted = await train("direct");
    const got = await train("tiledGemm");
    expect(relativeError(got.predictions, wanted.predictions)).toBeLessThan(1e-5);
    expect(Math.abs(got.loss / wanted.loss - 1)).toBeLessThan(1e-6);
    expect(wanted.gradients).toHaveLength(10);
    for (const [k, gradient] of wanted.gradients.entries()) {
      expect(
        gradient.some((value) => value !== 0),
        wanted.names[k],
      ).toBe(true);
      expect(relativeError(got.gradients[k] as Float32Array, gradient), wanted.names[k]).toBeLessThan(2e-5);
    }
  });

  it("turns the practice's convolutions and poolings into matrix products", () => {
    const graph = new Graph();
    const x = graph.input("x", "float32", [batch, 28, 28, 1]);
    const kernel = graph.input("k", "float32", [5, 5, 1, 6]);
    const y = o.averagePool2d(
      o.relu(o.conv2d(x, kernel, { strides: [1, 1], padding: "valid", dilation: [1, 1] })),
      {
        poolSize: [2, 2],
        strides: [2, 2],
        padding: "valid",
      },
    );
    const opsWith = (lowering: Lowering): string[] => {
      const { graph: target, lowered } = lower(graph, lowering);
      lowered(y);
      return target.nodes.map(({ op }) => op);
    };
    expect(opsWith(lowerings.tiledGemm).filter((op) => op === "Gemm")).toHaveLength(2);
    expect(opsWith(lowerings.tiledGemm)).not.toContain("Conv");
    expect(opsWith(lowerings.direct)).toEqual(expect.arrayContaining(["Conv", "AveragePool"]));
  });
});
