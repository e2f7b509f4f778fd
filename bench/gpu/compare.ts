import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import type { GraphProto, NodeProto } from "onnx-buf";
import { onnxSchemas } from "../../packages/trazo/src/onnx-format/schemas.js";
import { valueInfo } from "../../packages/trazo/src/onnx-format/value-info.js";
import type { Feeds, Runtime } from "../../packages/trazo/src/runtime/runtime.js";
import type { Tensor } from "../../packages/trazo/src/tensor.js";
import type { StepModel } from "./capture.js";
import { runsOnGpu } from "./placement.js";

/** An operator in one form: what it is applied to, and how far its result on a device is from the processor's. */
export interface Compared {
  readonly operator: string;
  readonly form: string;
  /** Relative to the largest value of the result; undefined where it could not be computed. */
  readonly difference: number | undefined;
  readonly reason?: string;
  /** Whether the device has a program for it. Without one ONNX Runtime takes the processor, and moves what it needs there and back. */
  readonly isOnDevice: boolean;
}

/** Compares every node of a step, each with what the processor gives it, in every form but once. */
export async function compareNodes(
  { model, feeds }: StepModel,
  processor: Runtime,
  device: Runtime,
  seen: Set<string>,
): Promise<Compared[]> {
  const graph = fromBinary(onnxSchemas().Model, model).graph as GraphProto;
  const values: Feeds = { ...feeds, ...(await everyValue(model, feeds, processor)) };
  const compared: Compared[] = [];
  for (const node of graph.node) {
    const form = formOf(node, graph, values);
    if (seen.has(form)) continue;
    seen.add(form);
    compared.push({ operator: node.opType, form, ...(await compareNode(node, graph, values, device)) });
  }
  return compared;
}

/** What every node gives. */
async function everyValue(model: Uint8Array, feeds: Feeds, runtime: Runtime): Promise<Feeds> {
  const proto = fromBinary(onnxSchemas().Model, model);
  const graph = proto.graph as GraphProto;
  const known = new Set(graph.output.map(({ name }) => name));
  for (const name of graph.node.flatMap(({ output }) => output)) {
    if (!known.has(name)) graph.output.push(create(onnxSchemas().ValueInfo, { name }));
  }
  const session = await runtime.load(toBinary(onnxSchemas().Model, proto));
  const values = await session.run(feeds);
  await session.release();
  return values;
}

const constantsOf = (graph: GraphProto, node: NodeProto) =>
  graph.initializer.filter(({ name }) => node.input.includes(name));

function formOf(node: NodeProto, graph: GraphProto, values: Feeds): string {
  const shapes = node.input.map((name) => {
    const value = values[name];
    if (value) return `${value.dtype}[${value.shape}]`;
    const constant = graph.initializer.find((one) => one.name === name);
    return constant ? `constant[${constant.dims}]` : "";
  });
  const attributes = node.attribute.map(
    ({ name, i, f, ints }) => `${name}=${ints.length > 0 ? ints : i || f}`,
  );
  return `${node.opType}(${[...shapes, ...attributes].join(", ")})`;
}

async function compareNode(
  node: NodeProto,
  graph: GraphProto,
  values: Feeds,
  device: Runtime,
): Promise<Omit<Compared, "operator" | "form">> {
  const inputs = [...new Set(node.input.filter((name) => values[name]))];
  const proto = create(onnxSchemas().Model, {
    irVersion: 8n,
    opsetImport: [{ domain: "", version: 17n }],
    graph: create(onnxSchemas().Graph, {
      name: "node",
      node: [node],
      initializer: constantsOf(graph, node),
      input: inputs.map((name) => infoOf(name, values[name] as Tensor)),
      output: node.output.map((name) => infoOf(name, values[name] as Tensor)),
    }),
  });
  const model = toBinary(onnxSchemas().Model, proto);
  const isOnDevice = runsOnGpu(model);
  try {
    const session = await device.load(model);
    const results = await session.run(
      Object.fromEntries(inputs.map((name) => [name, values[name] as Tensor])),
    );
    await session.release();
    return {
      isOnDevice,
      difference: Math.max(
        ...node.output.map((name) => distance(results[name] as Tensor, values[name] as Tensor)),
      ),
    };
  } catch (error) {
    return { isOnDevice, difference: undefined, reason: (error as Error).message };
  }
}

const infoOf = (name: string, { dtype, shape }: Tensor) => valueInfo(name, dtype, shape);

function distance(found: Tensor, expected: Tensor): number {
  let [most, largest] = [0, Number.MIN_VALUE];
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [Number(found.data[i]), Number(expected.data[i])];
    if (Object.is(a, b)) continue;
    most = Math.max(most, Number.isFinite(a - b) ? Math.abs(a - b) : Number.POSITIVE_INFINITY);
  }
  for (const value of expected.data) largest = Math.max(largest, Math.abs(Number(value)));
  return most / largest;
}
