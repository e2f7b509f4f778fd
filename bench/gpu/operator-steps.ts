import { toBinary } from "@bufbuild/protobuf";
import { differentiate } from "../../packages/trazo/src/graph/differentiate.js";
import { encodeModel } from "../../packages/trazo/src/graph/encode.js";
import { Graph } from "../../packages/trazo/src/graph/graph.js";
import { mul, reduceSum } from "../../packages/trazo/src/graph/ops.js";
import { batch } from "../../packages/trazo/src/graph/shape.js";
import type { Shape, Value } from "../../packages/trazo/src/graph/value.js";
import { lower } from "../../packages/trazo/src/lowering/lower.js";
import { lowerings } from "../../packages/trazo/src/lowering/registry.js";
import { widthsOf } from "../../packages/trazo/src/model/device-step.js";
import { forDevice } from "../../packages/trazo/src/onnx/for-device.js";
import { onnxSchemas } from "../../packages/trazo/src/onnx-format/schemas.js";
import type { Feeds } from "../../packages/trazo/src/runtime/runtime.js";
import { sizeOf, tensor } from "../../packages/trazo/src/tensor.js";
import type { GradientCase } from "../../packages/trazo/test/graph/finite-differences.js";
import { differentiable, flat, undifferentiated } from "../../packages/trazo/test/graph/operator-cases.js";
import type { StepModel } from "./capture.js";

/** Samples of a batch. */
const rows = 3;

/**
 * Each operator that a layer, a loss, a metric or an optimizer of one's own may use, with its gradient where it has one: all in the
 * table, since the tests fail where one has no case.
 */
export function operatorSteps(): StepModel[] {
  const wholeBatch = { shape: ["batch", 2, 2, 2] } as const;
  const kernel = { shape: [2, 2, 2, 2] } as const;
  const plain = Object.entries({
    ...mapped(flat, (build) => ({ inputs: [{ shape: ["batch", 4] }], build })),
    ...mapped(undifferentiated, (build) => ({ inputs: [wholeBatch, kernel], build })),
  } satisfies Record<string, GradientCase>);
  return [
    ...Object.entries(differentiable).flatMap(([name, cases]) =>
      cases.filter(isFloat32).map((given) => stepOf(name, given, true)),
    ),
    ...plain.map(([name, given]) => stepOf(name, given, false)),
  ];
}

const mapped = <From, To>(entries: Readonly<Record<string, From>>, change: (one: From) => To) =>
  Object.fromEntries(Object.entries(entries).map(([name, one]) => [name, change(one)]));

/** Those that build float64 constants are for float64 graphs. */
function isFloat32({ inputs, build }: GradientCase): boolean {
  try {
    build(...inputsIn(new Graph(), inputs));
    return true;
  } catch {
    return false;
  }
}

const inputsIn = (graph: Graph, inputs: GradientCase["inputs"]): Value[] =>
  inputs.map(({ shape }, i) =>
    graph.input(`x${i}`, "float32", shape.map((dim) => (dim === "batch" ? batch : dim)) as Shape),
  );

function stepOf(name: string, { inputs, build }: GradientCase, withGradient: boolean): StepModel {
  const graph = new Graph();
  const values = inputsIn(graph, inputs);
  const y = build(...values);
  const { lowered } = lower(graph, lowerings.withoutIndices);
  const given = values.map(lowered);
  const output = lowered(y);
  const gradients = withGradient ? differentiate(reduceSum(mul(output, output)), given) : [];
  const outputs = {
    y: output,
    ...Object.fromEntries(gradients.map((gradient, i) => [`g${i}`, gradient])),
  };
  const widths = widthsOf(outputs);
  const made = forDevice(encodeModel(outputs), { size: rows, widthOf: (value) => widths.get(value) });
  const feeds: Feeds = Object.fromEntries(
    inputs
      .map((input, i) => [`x${i}`, valuesOf(input)])
      .filter(([key]) => graph.inputs.some((one) => one.name === key)),
  );
  return { name, model: toBinary(onnxSchemas().Model, made), feeds };
}

/** Numbers over the whole range, none of them 0. */
function valuesOf({ shape, low = -2, high = 2 }: GradientCase["inputs"][number]) {
  const size = shape.map((dim) => (dim === "batch" ? rows : dim));
  const count = sizeOf(size);
  return tensor(
    "float32",
    size,
    Float32Array.from({ length: count }, (_, i) => low + ((high - low) * (((i * 7) % count) + 0.37)) / count),
  );
}
