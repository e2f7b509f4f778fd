import { describe, expect, it } from "vitest";
import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import type { Value } from "../../src/graph/value.js";
import { layers, nodeRuntime, saliency, sequential } from "../../src/index.js";
import { InterpretedGraph } from "../../src/interpreter/interpreter.js";
import { sizeOf, type Tensor, tensor } from "../../src/tensor.js";
import { webRuntime } from "../../src/web/runtime/web-runtime.js";
import { noise } from "../optimizers/flat.js";

const runtime = await nodeRuntime({ threads: 1 });

/** What ONNX Runtime and the interpreter make of two inputs, the first of them two images of 4 channels. */
async function bothWays(
  second: readonly (number | typeof batch)[],
  build: (x: Value, second: Value) => Value,
) {
  const graph = new Graph();
  const shapes = { x: [batch, 4, 7, 6], second } as const;
  const model = encode({
    y: build(graph.input("x", "float32", shapes.x), graph.input("second", "float32", shapes.second)),
  });
  const random = noise(7);
  const filled = (shape: readonly number[]): Tensor =>
    tensor("float32", shape, Float32Array.from({ length: sizeOf(shape) }, random));
  const feeds = {
    x: filled([2, 4, 7, 6]),
    second: filled(second.map((dim) => (typeof dim === "number" ? dim : 2))),
  };
  const session = await runtime.load(model);
  const used = new TextDecoder("latin1").decode(model).includes("second") ? feeds : { x: feeds.x };
  const { y: expected } = await session.run(used).finally(() => session.release());
  const { y: found } = new InterpretedGraph(model).run(feeds);
  return { found: found as Tensor, expected: expected as Tensor };
}

const strided = { strides: [2, 1], dilations: [1, 2], pads: [1, 0, 0, 1] } as const;
const plain = { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] } as const;

it("Grad-CAM and saliency are Node's in a page", async () => {
  const x = tensor("float32", [2, 12, 12, 1], Float32Array.from({ length: 288 }, noise(5)));
  const both = [webRuntime({ threads: 1 }), runtime].map(async (one) => {
    const model = sequential(
      [
        layers.input({ shape: [12, 12, 1] }),
        layers.conv2d({ filters: 4, kernelSize: 3, activation: "relu" }),
        layers.maxPooling2d(),
        layers.conv2d({ filters: 8, kernelSize: 3, strides: 2, padding: "same" }),
        layers.flatten(),
        layers.dense({ units: 3, activation: "softmax" }),
      ],
      { seed: 1, runtime: one },
    );
    return [await model.gradients(x, { of: 1, at: "conv2d" }), await saliency(model, x, { of: 1 })];
  });
  const [found, expected] = await Promise.all(both);
  for (const [k, map] of (expected ?? []).entries()) {
    expect(found?.[k]?.shape).toEqual(map.shape);
    for (const [i, value] of map.data.entries()) expect(found?.[k]?.data[i]).toBeCloseTo(value, 5);
  }
});

describe("operators on images are ONNX Runtime's", () => {
  it.each<readonly [string, readonly (number | typeof batch)[], (x: Value, second: Value) => Value]>([
    ["convolution", [5, 4, 3, 2], (x, kernel) => o.conv(x, kernel, plain)],
    ["convolution with steps, gaps and padding", [5, 4, 3, 2], (x, kernel) => o.conv(x, kernel, strided)],
    ["convolution in groups", [6, 2, 3, 3], (x, kernel) => o.conv(x, kernel, { ...strided, group: 2 })],
    [
      "transposed convolution",
      [4, 3, 3, 3],
      (x, kernel) => o.convTranspose(x, kernel, { ...strided, outputPadding: [1, 0] }),
    ],
    [
      "transposed convolution in groups",
      [4, 3, 2, 2],
      (x, kernel) => o.convTranspose(x, kernel, { ...plain, outputPadding: [0, 0], group: 2 }),
    ],
    ["averages", [1], (x) => o.averagePool(x, { kernelShape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 1] })],
    ["maxima", [1], (x) => o.maxPool(x, { kernelShape: [3, 2], strides: [2, 2], pads: [1, 0, 1, 1] })],
    ...(["bilinear", "nearest"] as const).flatMap((mode) =>
      (["zeros", "border", "reflection"] as const).map(
        (paddingMode) =>
          [
            `sampling: ${mode}, ${paddingMode}`,
            [batch, 5, 4, 2],
            (x: Value, grid: Value) => o.gridSample(x, o.mul(grid, 1.5), { mode, paddingMode }),
          ] as const,
      ),
    ),
  ])("%s", async (_, second, build) => {
    const { found, expected } = await bothWays(second, build);
    expect(found.shape).toEqual(expected.shape);
    for (const [i, value] of expected.data.entries()) {
      expect(found.data[i] as number).toBeCloseTo(Number(value), 4);
    }
  });
});
