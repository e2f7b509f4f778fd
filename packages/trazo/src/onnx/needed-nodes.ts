import { create } from "@bufbuild/protobuf";
import type { GraphProto } from "onnx-buf";
import { onnxSchemas } from "../onnx-format/schemas.js";

/**
 * A graph with only what one of its outputs needs. Other branches, such as the label that scikit-learn's classifiers also give, may
 * hold what cannot be run.
 *
 * @param output the name of one of the graph's outputs
 */
export function graphFor(graph: GraphProto, output: string): GraphProto {
  const needed = new Set([output]);
  const node = [...graph.node].reverse().filter((one) => {
    if (!one.output.some((name) => name !== "" && needed.has(name))) return false;
    for (const name of one.input) needed.add(name);
    return true;
  });
  return create(onnxSchemas().Graph, {
    name: graph.name,
    node: node.reverse(),
    initializer: graph.initializer.filter(({ name }) => needed.has(name)),
    input: graph.input,
    output: graph.output.filter(({ name }) => name === output),
  });
}
