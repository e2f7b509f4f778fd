import { expect } from "vitest";
import * as o from "../../src/graph/ops.js";
import type { Value } from "../../src/graph/value.js";
import { compiledPlanKernels } from "../../src/kernels/compiled-plan-kernels.js";
import { FlatMemory, reservedBytes } from "../../src/kernels/flat-memory.js";
import { planKernels } from "../../src/kernels/plan-kernels.js";
import { lowerings } from "../../src/lowering/registry.js";
import { nodeRuntime } from "../../src/node/runtime/node.js";
import { loadOrtApi } from "../../src/node/runtime/ort-api.js";
import { OrtBlas } from "../../src/node/runtime/ort-blas.js";
import { productModel } from "../../src/onnx/product-model.js";
import { channelStatistics } from "../../src/plan/channel-statistics.js";
import { compilePlan } from "../../src/plan/compile.js";
import { kernelBinder, streamBinder } from "../../src/plan/crew/share.js";
import { Executor, type Others, tensorAt } from "../../src/plan/execute.js";
import { everyOperator } from "../../src/plan/operators/rare.js";
import { sizeOf, type Tensor, tensor } from "../../src/tensor.js";
import { compute, type Network, relativeError } from "../lowering/compare.js";
import { noise } from "../optimizers/flat.js";

const runtime = await nodeRuntime({ threads: 1 });
const api = loadOrtApi();

/**
 * Output and gradients of a network by the plan, from the numbers that `compute` uses.
 *
 * @param values others, by the inputs' names; `weights` is what the output is multiplied by
 * @param crew of so many threads, of which the first does it all
 */
export function computeByPlan(
  { graph, output, inputs }: Network,
  rows: number,
  batch = rows,
  cache = 100_000,
  values: (name: string) => Float32Array | undefined = () => undefined,
  operators = everyOperator,
  crew: { readonly threads: number; readonly others?: Others } = { threads: 1 },
): Record<string, Tensor> {
  const weights =
    graph.inputs.find(({ name }) => name === "weights") ?? graph.input("weights", "float32", output.shape);
  const loss = o.reduceSum(o.mul(output, weights));
  const gradients: Record<string, Value> = {};
  for (const input of inputs) gradients[`gradient of ${input.name}`] = input;
  const program = compilePlan({
    graph,
    outputs: { output },
    loss,
    gradients,
    batch,
    threads: crew.threads,
    lowering: lowerings.tiledGemm,
    operators,
    base: reservedBytes,
    cache,
  });
  const memory = new FlatMemory();
  memory.take(program.end);
  const buffer = () => memory.buffer;
  const blas = new OrtBlas(api, buffer, productModel);
  const kernels = { ...planKernels(compiledPlanKernels, memory.memory), ...channelStatistics(buffer) };
  const streams = streamBinder(memory.memory, 0);
  const kernelsOf = kernelBinder(memory.memory);
  const { others } = crew;
  const machine = { buffer, kernels, kernelsOf, blas, streams, thread: 0, ...(others && { others }) };
  const executor = new Executor(machine, program);
  const random = noise(9);
  const feeds: Record<string, Tensor> = {};
  for (const { name, shape } of new Set([...inputs, weights, ...graph.inputs])) {
    const size = shape.map((dim) => (typeof dim === "number" ? dim : dim.factor * rows));
    const data = values(name) ?? Float32Array.from({ length: sizeOf(size) }, random);
    feeds[name] = tensor("float32", size, data);
  }
  for (const { name, place } of program.inputs) {
    memory.write(place.at, (feeds[name] as Tensor).data);
  }
  for (const { place, data } of program.constants) memory.write(place.at, data);
  executor.prepare(rows).run();
  const results = Object.fromEntries(
    Object.entries(program.outputs).map(([name, source]) => {
      const { dtype, shape, data } = tensorAt(memory.buffer, source, { rows });
      return [name, { dtype, shape, data: data.slice() } as Tensor];
    }),
  );
  executor.release();
  blas.release();
  return results;
}

/** Expects the plan and the ONNX lowering to give the same outputs and gradients. */
export async function expectAgreement(
  network: Network,
  rows: number,
  batch = rows,
  tolerance = 1e-5,
): Promise<void> {
  const wanted = await compute(runtime, network, lowerings.tiledGemm, rows);
  const got = computeByPlan(network, rows, batch);
  expect(Object.keys(got).sort()).toEqual(Object.keys(wanted).sort());
  for (const [name, { shape, data }] of Object.entries(wanted)) {
    expect(got[name]?.shape, name).toEqual(shape);
    expect(relativeError(got[name]?.data ?? [], data), name).toBeLessThan(tolerance);
  }
}
