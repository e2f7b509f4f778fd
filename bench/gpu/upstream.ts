import { create, toBinary } from "@bufbuild/protobuf";
import type { AttributeProto } from "onnx-buf";
import * as ort from "onnxruntime-node";
import { encode } from "../../packages/trazo/src/graph/encode.js";
import { Graph } from "../../packages/trazo/src/graph/graph.js";
import { conv } from "../../packages/trazo/src/graph/ops.js";
import {
  intAttribute,
  irVersion,
  opset,
  protoNode,
  protoTensor,
} from "../../packages/trazo/src/onnx-format/proto.js";
import { onnxSchemas } from "../../packages/trazo/src/onnx-format/schemas.js";
import { valueInfo } from "../../packages/trazo/src/onnx-format/value-info.js";
import { type DType, type Tensor, tensor } from "../../packages/trazo/src/tensor.js";
import { runsOnGpu } from "./placement.js";

/** What ONNX Runtime does not have or does wrongly on WebGPU, as found here, and what is done about it. */
export interface UpstreamFault {
  readonly what: string;
  readonly found: string;
  readonly instead: string;
}

export const upstreamFaults = async (): Promise<UpstreamFault[]> => [
  await wrongConvolution(),
  maxPoolWithIndices(),
  ...replaced.map(({ what, node, instead }) => ({
    what,
    found: runsOnGpu(node) ? "computed there" : "no program: the processor computes it",
    instead,
  })),
  {
    what: "Sin, Cos",
    found: "see the table: WebGPU asks for no more than 2^-11",
    instead:
      "nothing: of the layers, RandomRotation alone has them, for angles; a pixel moves by less than a hundredth of one",
  },
];

/** Whether it still is wrong is measured anew, with the binding that has a choice of the order. */
async function wrongConvolution(): Promise<UpstreamFault> {
  const [channels, filters, size, side] = [6, 16, 5, 12];
  const graph = new Graph();
  const x = graph.input("x", "float32", [2, channels, side, side]);
  const kernel = graph.input("kernel", "float32", [filters, channels, size, size]);
  const model = encode({ y: conv(x, kernel, { strides: [1, 1], dilations: [1, 1], pads: [0, 0, 0, 0] }) });
  const values = (shape: readonly number[]): ort.Tensor => {
    const length = shape.reduce((a, b) => a * b, 1);
    return new ort.Tensor(
      "float32",
      Float32Array.from({ length }, (_, i) => Math.sin(i * i)),
      shape,
    );
  };
  const feeds = { x: values(x.shape as number[]), kernel: values(kernel.shape as number[]) };
  const run = async (provider: ort.InferenceSession.ExecutionProviderConfig): Promise<Float32Array> => {
    const session = await ort.InferenceSession.create(model, {
      executionProviders: [provider],
      logSeverityLevel: 4,
    });
    const { y } = await session.run(feeds);
    return y?.data as Float32Array;
  };
  const expected = await run("cpu");
  const off = (found: Float32Array): string => {
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const worst = found.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (expected[i] as number))),
      0,
    );
    return (worst / largest).toExponential(1);
  };
  const own = await run({ name: "webgpu", preferredLayout: "NHWC" });
  const asked = await run({ name: "webgpu", preferredLayout: "NCHW" });
  return {
    what: `Conv in the provider's own order of axes, ${channels} channels, ${filters} filters of ${size}x${size} (as microsoft/onnxruntime issue 29651)`,
    found: `off by ${off(own)} of the largest value`,
    instead: `sessions ask for the order NCHW, where it is off by ${off(asked)}; convolutions are written as products besides`,
  };
}

const maxPoolWithIndices = (): UpstreamFault => ({
  what: "MaxPool that says where the largest are, which its gradient needs",
  found: "refused when it runs",
  instead: "max pooling is written as the larger of neighbors",
});

const axis = [intAttribute("axis", -1)];

/** What is written in another form for devices. */
const replaced = [
  {
    what: "LogSoftmax",
    node: single("LogSoftmax", { x: ["float32", [3, 4]] }, ["float32", [3, 4]], axis),
    instead: "written as ReduceMax, Sub, Exp, ReduceL1 and Log",
  },
  {
    what: "Sign",
    node: single("Sign", { x: ["float32", [3, 4]] }, ["float32", [3, 4]]),
    instead: "written as Greater, Less, Cast and Sub",
  },
  {
    what: "Equal of int64, in which ArgMax gives places",
    node: single("Equal", { x: ["int64", [3]], y: ["int64", [3]] }, ["bool", [3]]),
    instead: "places are computed as floats: ReduceMax, Equal, Where and ReduceMin",
  },
  {
    what: "OneHot of int64",
    node: single("OneHot", { x: ["int64", [3]] }, ["float32", [3, 4]], axis, {
      depth: tensor("int64", [1], BigInt64Array.of(4n)),
      values: tensor("float32", [2], Float32Array.of(0, 1)),
    }),
    instead: "numbers of classes are floats: Unsqueeze, Equal and Cast",
  },
];

type Type = readonly [dtype: DType, shape: readonly number[]];

/** A graph of one node. */
function single(
  operator: string,
  inputs: Readonly<Record<string, Type>>,
  [dtype, shape]: Type,
  attributes: readonly AttributeProto[] = [],
  constants: Readonly<Record<string, Tensor>> = {},
): Uint8Array {
  const names = [...Object.keys(inputs), ...Object.keys(constants)];
  const model = create(onnxSchemas().Model, {
    irVersion,
    opsetImport: [{ domain: "", version: opset }],
    graph: create(onnxSchemas().Graph, {
      name: "node",
      node: [protoNode(operator, names, ["out"], attributes)],
      initializer: Object.entries(constants).map(([name, content]) => protoTensor(name, content)),
      input: Object.entries(inputs).map(([name, type]) => valueInfo(name, ...type)),
      output: [valueInfo("out", dtype, shape)],
    }),
  });
  return toBinary(onnxSchemas().Model, model);
}
