import type { GraphProto } from "onnx-buf";
import { TrazoError } from "../../errors.js";
import { sizeOf } from "../../tensor.js";
import { nodeText } from "../attributes.js";
import { elementBytes, elementName } from "../element-types.js";
import { elementwise } from "./elementwise.js";
import { knownTensor } from "./known-tensor.js";
import { matrix } from "./matrix.js";
import { quantization } from "./quantization.js";
import { rearrangement } from "./rearrangement.js";
import { reductions } from "./reduction.js";
import type { Known, Result, ShapeRule } from "./rule.js";
import { window } from "./window.js";

/** Every operator that is understood. */
const rules: Readonly<Record<string, ShapeRule>> = {
  ...elementwise,
  ...matrix,
  ...quantization,
  ...rearrangement,
  ...reductions,
  ...window,
};

/** What running a graph once takes. */
export interface Plan {
  readonly values: ReadonlyMap<string, Known>;
  /** Memory of all values that operators give. */
  readonly bytes: number;
}

/** More would need a machine of its own; a damaged file soon asks for more. */
const mostBytes = 2 ** 28;
const mostWork = 1e11;

/**
 * Goes through a graph, which `readOnnx` checked, without running it: the shape of every value, and what it takes.
 *
 * @throws TrazoError for an operator that is not understood, for parts that do not fit, and for more than 256 MB of values or 10¹¹
 *   multiplications
 */
export function planGraph(graph: GraphProto, inputs: ReadonlyMap<string, Known>): Plan {
  const values = new Map([...storedValues(graph), ...inputs]);
  let [bytes, work] = [0, 0];
  for (const node of graph.node) {
    const rule = ruleOf(node.opType);
    if (!rule) throw new TrazoError(`${nodeText(node)}: the operator ${node.opType} is not supported.`);
    const result = rule({ node, inputs: node.input.map((name) => values.get(name)) });
    for (const [i, name] of node.output.entries()) {
      const known = result.outputs[i];
      if (name === "") continue;
      if (!known) throw new TrazoError(`${nodeText(node)}: its output ${i}, "${name}", is not supported.`);
      values.set(name, known);
    }
    bytes += bytesOf(result, node.opType);
    work += result.work ?? result.outputs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    if (bytes > mostBytes || work > mostWork) {
      throw new TrazoError(
        `${nodeText(node)}: up to here the graph takes ${Math.round(bytes / 2 ** 20)} MB and ${work.toExponential(0)} ` +
          `multiplications, more than the ${mostBytes / 2 ** 20} MB and ${mostWork.toExponential(0)} that are allowed.`,
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
      const result = ruleOf(node.opType)?.({ node, inputs: node.input.map((name) => values.get(name)) });
      for (const [i, known] of (result?.outputs ?? []).entries()) values.set(node.output[i] ?? "", known);
    } catch (error) {
      if (!(error instanceof TrazoError)) throw error;
    }
  }
  return values;
}

const ruleOf = (op: string): ShapeRule | undefined => (Object.hasOwn(rules, op) ? rules[op] : undefined);

const storedValues = (graph: GraphProto): [string, Known][] =>
  graph.initializer.map((proto) => [proto.name, knownTensor(proto)]);

function bytesOf({ outputs }: Result, op: string): number {
  return outputs.reduce((sum, { type, shape }) => {
    const each = elementBytes(type);
    if (each === undefined)
      throw new TrazoError(`${op} gives values of type ${elementName(type)}, which is not supported.`);
    return sum + each * sizeOf(shape);
  }, 0);
}
