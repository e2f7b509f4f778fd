import type { ValueInfoProto } from "onnx-buf";
import { elementBytes, elementName } from "../onnx-format/element-types.js";
import type { Known } from "../onnx-format/shape-rule.js";
import { printable } from "../printable.js";
import { sizeOf } from "../tensor.js";
import { knownShapes } from "./plan-graph.js";
import { type OnnxModel, opsetOf } from "./read.js";

/**
 * What an ONNX file holds, as a table: inputs and outputs, every operator with its output's shape where it follows from the inputs',
 * operators counted, initializers, metadata.
 *
 * @example
 * ```ts
 * console.log(summarizeOnnx(readOnnx(model.toOnnx(), "my model")));
 * ```
 */
export function summarizeOnnx(model: OnnxModel): string {
  const { graph, producerName, producerVersion, irVersion } = model;
  const producer = [producerName, producerVersion].filter(Boolean).join(" ");
  const stored = new Set(graph.initializer.map(({ name }) => name));
  const inputs = graph.input.filter(({ name }) => !stored.has(name));
  const shapeOf = shownShapes(model, inputs);
  const rows = [
    ["Operator (name)", "Output shape"],
    ...graph.node.map(({ opType, name, output }) => [
      shortened(`${opType} (${name || (output[0] ?? "")})`),
      shortened(shapeOf(output[0] ?? "")),
    ]),
  ];
  const width = longest(rows.map(([head = ""]) => head)) + 2;
  const lines = rows.map(([head = "", shape = ""]) => `${head.padEnd(width)} ${shape}`);
  const rule = "_".repeat(longest(lines));
  const text = [
    `ONNX model: "${graph.name}"`,
    `${producer ? `made by ${producer}` : "of unknown origin"}, opset ${opsetOf(model)}, ` +
      `IR version ${irVersion}`,
    ...inputs.map((value) => `input   ${describeValue(value)}`),
    ...graph.output.map((value) => `output  ${describeValue(value)}`),
    rule,
    ...lines,
    rule,
    `Operators: ${counted(graph.node.map(({ opType }) => opType))}`,
    `Initializers: ${initializers(model)}`,
    ...model.metadataProps.map(({ key, value }) => `Metadata, ${key}: ${value}`),
  ];
  return text.map((line) => printable(line, longestLine)).join("\n");
}

/** Every row is padded to the longest one. */
const shortened = (cell: string): string => printable(cell, 100);

const longestLine = 2000;

/** Sizes at batches of 1 and of 2 tell which dimensions are the batch's. */
function shownShapes({ graph }: OnnxModel, inputs: readonly ValueInfoProto[]): (name: string) => string {
  const at = (batch: number): ReadonlyMap<string, Known> =>
    knownShapes(graph, new Map(inputs.flatMap((value) => withBatch(value, batch))));
  const [single, double] = [at(1), at(2)];
  return (name) => {
    const [a, b] = [single.get(name)?.shape, double.get(name)?.shape];
    if (!a || a.length !== b?.length) return "?";
    return `[${a.map((dim, i) => shownDim(dim, b[i] as number)).join(", ")}]`;
  };
}

function shownDim(atOne: number, atTwo: number): string {
  if (atOne === atTwo) return String(atOne);
  if (atTwo === 2 * atOne) return atOne === 1 ? "batch" : `${atOne}*batch`;
  return "?";
}

function withBatch({ name, type }: ValueInfoProto, batch: number): [string, Known][] {
  if (type?.value.case !== "tensorType") return [];
  const { elemType, shape } = type.value.value;
  if (!shape) return [];
  const dims = shape.dim.map(({ value }) =>
    value.case === "dimValue" && value.value > 0n ? Number(value.value) : batch,
  );
  return [[name, { type: elemType, shape: dims }]];
}

function describeValue({ name, type }: ValueInfoProto): string {
  if (type?.value.case !== "tensorType") return `${name}: no tensor`;
  const { elemType, shape } = type.value.value;
  const dims = shape?.dim.map(({ value }) => (value.case === undefined ? "?" : String(value.value)));
  return `${name}: ${elementName(elemType)} ${dims ? `[${dims.join(", ")}]` : "of any shape"}`;
}

function counted(names: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort(([a, n], [b, m]) => m - n || a.localeCompare(b))
    .map(([name, count]) => `${count} ${name}`)
    .join(", ");
}

function initializers({ graph }: OnnxModel): string {
  const sizes = graph.initializer.map(({ dims }) => sizeOf(dims.map(Number)));
  const values = sizes.reduce((a, b) => a + b, 0);
  const bytes = graph.initializer.reduce(
    (sum, { dataType }, i) => sum + (elementBytes(dataType) ?? 0) * (sizes[i] as number),
    0,
  );
  return `${sizes.length}, ${values.toLocaleString("en-US")} values, ${bytes.toLocaleString("en-US")} bytes`;
}

const longest = (texts: readonly string[]): number =>
  texts.reduce((most, { length }) => Math.max(most, length), 0);
