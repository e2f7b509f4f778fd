import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import { type Layer, layers, nodeRuntime, sequential, type Tensor } from "../../src/index.js";
import { lower } from "../../src/lowering/lower.js";
import { lowerings } from "../../src/lowering/registry.js";
import { emitForward, inputName } from "../../src/model/forward.js";

/** What a layer alone makes of an input in training mode, given the random numbers that it asks for. */
export async function runInTraining(layer: Layer, x: Tensor, drawn: Tensor): Promise<Tensor<"float32">> {
  const runtime = await nodeRuntime({ threads: 1 });
  const model = sequential([layers.input({ shape: x.shape.slice(1) }), layer], { seed: 1, runtime });
  const graph = new Graph();
  const { predictions, noise } = emitForward(graph, model.definition, { dtype: "float32", divisor: 1 }, true);
  const { lowered } = lower(graph, lowerings[runtime.lowering]);
  const session = await runtime.load(encode({ y: lowered(predictions) }));
  const feeds = Object.fromEntries(noise.map(({ name }) => [name, drawn]));
  const { y } = await session.run({ [inputName]: x, ...feeds });
  await session.release();
  return y as Tensor<"float32">;
}
