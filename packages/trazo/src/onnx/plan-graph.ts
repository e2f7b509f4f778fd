import type { GraphProto, NodeProto } from "onnx-buf";
import { TrazoError } from "../errors.js";
import { operatorOf } from "../graph/operators.js";
import { nodeText } from "../onnx-format/attributes.js";
import { elementBytes, elementName } from "../onnx-format/element-types.js";
import { knownTensor, longestShape } from "../onnx-format/known-tensor.js";
import type { Known, Result } from "../onnx-format/shape-rule.js";
import { runLimits } from "../run-limits.js";
import { sizeOf } from "../tensor.js";
import { requireInputs } from "./require-inputs.js";

/** What running a graph once takes. */
export interface Plan {
  readonly values: ReadonlyMap<string, Known>;
  /** Memory of all values that operators give. */
  readonly bytes: number;
}

/** Reshaping can add axes to a value, each of which every further operator looks at. */
const mostAxes = 32;

/**
 * Goes through a graph, which `readOnnx` checked, without running it: the shape of every value, and what it takes.
 *
 * @param fileBytes the file's size, by which `runLimits` says what it may take
 * @throws TrazoError for an operator that is not understood, for parts that do not fit, and for more memory or work than is allowed
 */
export function planGraph(graph: GraphProto, inputs: ReadonlyMap<string, Known>, fileBytes: number): Plan {
  const values = new Map([...storedValues(graph), ...inputs]);
  const limits = runLimits(fileBytes);
  let [bytes, work] = [bytesOf({ outputs: [...inputs.values()] }, "The input"), 0];
  for (const node of graph.node) {
    const form = operatorOf(node.opType)?.file;
    if (!form) throw new TrazoError(`${nodeText(node)}: the operator ${node.opType} is not supported.`);
    requireInputs(node, form);
    const result = form.shape({ node, inputs: node.input.map((name) => values.get(name)) });
    for (const { shape } of result.outputs) requireAxes(node, shape);
    for (const [i, name] of node.output.entries()) {
      const known = result.outputs[i];
      if (name === "") continue;
      if (!known) throw new TrazoError(`${nodeText(node)}: its output ${i}, "${name}", is not supported.`);
      values.set(name, withFewInts(known));
    }
    bytes += bytesOf(result, node.opType) + (result.scratch ?? 0);
    work += workOf(result);
    // Written so that NaN, such as 0 times infinity, does not pass.
    if (!(bytes <= limits.bytes && work <= limits.work)) {
      throw new TrazoError(
        `${nodeText(node)}: up to here the graph takes ${Math.round(bytes / 2 ** 20)} MB and ${work.toExponential(0)} ` +
          `multiplications; a file of ${fileBytes} bytes may take ${Math.round(limits.bytes / 2 ** 20)} MB and ` +
          `${limits.work.toExponential(0)}.`,
      );
    }
  }
  return { values, bytes };
}

/** The shapes that can be known, of as many values as possible: for showing, not for running. */
export function knownShapes(
  graph: GraphProto,
  inputs: ReadonlyMap<string, Known>,
): ReadonlyMap<string, Known> {
  const values = new Map([...storedValues(graph), ...inputs]);
  for (const node of graph.node) {
    if (node.input.some((name) => name !== "" && !values.has(name))) continue;
    try {
      const result = operatorOf(node.opType)?.file?.shape({
        node,
        inputs: node.input.map((name) => values.get(name)),
      });
      for (const { shape } of result?.outputs ?? []) requireAxes(node, shape);
      for (const [i, known] of (result?.outputs ?? []).entries())
        values.set(node.output[i] ?? "", withFewInts(known));
    } catch (error) {
      if (!(error instanceof TrazoError)) throw error;
    }
  }
  return values;
}

/** A longer list of integers cannot be a shape. */
const withFewInts = (known: Known): Known =>
  (known.ints?.length ?? 0) > longestShape ? { ...known, ints: undefined } : known;

function requireAxes(node: NodeProto, shape: readonly number[]): void {
  if (shape.length <= mostAxes) return;
  throw new TrazoError(
    `${nodeText(node)}: its output has ${shape.length} axes; at most ${mostAxes} are supported.`,
  );
}

/**
 * In multiplications of a matrix product. What is not one takes several times as long for each number, functions such as `Erf` the
 * longest.
 */
function workOf({ outputs, work }: Result): number {
  return work ?? functionWork * outputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

const functionWork = 16;

const storedValues = (graph: GraphProto): [string, Known][] =>
  graph.initializer.map((proto) => [proto.name, knownTensor(proto)]);

function bytesOf({ outputs }: Pick<Result, "outputs">, op: string): number {
  return outputs.reduce((sum, { type, shape }) => {
    const each = elementBytes(type);
    if (each === undefined)
      throw new TrazoError(`${op} gives values of type ${elementName(type)}, which is not supported.`);
    return sum + each * sizeOf(shape);
  }, 0);
}
