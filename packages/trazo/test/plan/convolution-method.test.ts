import { expect, it } from "vitest";
import { Graph } from "../../src/graph/graph.js";
import * as o from "../../src/graph/ops.js";
import { batch } from "../../src/graph/shape.js";
import { reservedBytes } from "../../src/kernels/flat-memory.js";
import { lowerings } from "../../src/lowering/registry.js";
import { compilePlan } from "../../src/plan/compile.js";
import { common } from "../../src/plan/operators/registry.js";
import type { Program } from "../../src/plan/program/program.js";

it("transforms kernels in training from so many samples on that it is faster than products of patches", () => {
  expect(kernelsOf(program({ rows: 1, training: true }))).not.toContain("winogradKernel");
  expect(kernelsOf(program({ rows: 64, training: true }))).toContain("winogradKernel");
});

it("predicts in one way, however many samples there are", () => {
  expect(kernelsOf(program({ rows: 1, training: false }))).toContain("winogradKernel");
  expect(kernelsOf(program({ rows: 64, training: false }))).toContain("winogradKernel");
});

/** A 3 x 3 convolution from 64 channels to 96. */
function program({ rows, training }: { readonly rows: number; readonly training: boolean }): Program {
  const graph = new Graph();
  const x = graph.input("x", "float32", [batch, 9, 9, 64]);
  const kernel = graph.input("kernel", "float32", [3, 3, 64, 96]);
  const output = o.conv2d(x, kernel, { strides: [1, 1], padding: "valid", dilation: [1, 1] });
  return compilePlan({
    graph,
    outputs: { output },
    ...(training && { loss: o.reduceSum(o.square(output)), gradients: { kernel } }),
    batch: rows,
    threads: 1,
    lowering: lowerings.tiledGemm,
    operators: common,
    base: reservedBytes,
    cache: 2 ** 20,
  });
}

const kernelsOf = ({ phases }: Program): string[] =>
  phases
    .flatMap(({ prepare, blocks }) => [...prepare, ...blocks])
    .flatMap((step) => (step.kind === "kernel" ? [step.name] : []));
