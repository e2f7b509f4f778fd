import { encode } from "../../src/graph/encode.js";
import { Graph } from "../../src/graph/graph.js";
import { mul, sub } from "../../src/graph/ops.js";
import type { Value } from "../../src/graph/value.js";
import { nodeRuntime } from "../../src/node/runtime/node.js";
import type { Optimizer } from "../../src/optimizers/optimizer.js";
import { type Tensor, tensor } from "../../src/tensor.js";

interface State {
  readonly p: Float32Array;
  readonly slots: readonly Float32Array[];
}

/** The update of one variable as a graph, weight decay included: p, g, the slots and the scalars in; `next/p` and `next/<slot>` out. */
export function updateGraph(optimizer: Optimizer, length: number): Uint8Array {
  const graph = new Graph();
  const vector = (name: string): Value => graph.input(name, "float32", [length]);
  const scalars = Object.fromEntries(
    optimizer.scalars.map((name) => [name, graph.input(name, "float32", [])]),
  );
  const slots = optimizer.slots.map((name) => vector(name));
  const [p, { weightDecay }] = [vector("p"), optimizer];
  const decayed = weightDecay === 0 ? p : sub(p, mul(p, mul(scalars.learning_rate as Value, weightDecay)));
  const next = optimizer.formula(decayed, vector("g"), slots, scalars);
  return encode({
    "next/p": next.p,
    ...Object.fromEntries(next.slots.map((slot, i) => [`next/${optimizer.slots[i]}`, slot])),
  });
}

/** The scalars of the step that is about to be taken. */
export function scalarFeeds(optimizer: Optimizer): Record<string, Tensor> {
  const numbers = optimizer.scalarsAt(optimizer.iterations, optimizer.learningRate);
  return Object.fromEntries(
    optimizer.scalars.map((name) => [name, tensor("float32", [], Float32Array.of(numbers[name] as number))]),
  );
}

/** One update by the graph; the optimizer's count of steps stays. */
export async function runFormula(
  optimizer: Optimizer,
  { p, g, slots }: State & { readonly g: Float32Array },
): Promise<{ p: Float32Array; slots: Float32Array[] }> {
  const vector = (data: Float32Array): Tensor => tensor("float32", [data.length], data.slice());
  const session = await (await nodeRuntime({ threads: 1 })).load(updateGraph(optimizer, p.length));
  const outputs = await session.run({
    p: vector(p),
    g: vector(g),
    ...Object.fromEntries(optimizer.slots.map((name, i) => [name, vector(slots[i] as Float32Array)])),
    ...scalarFeeds(optimizer),
  });
  await session.release();
  const values = (name: string): Float32Array =>
    (outputs[`next/${name}`] as Tensor<"float32">).data as Float32Array;
  return { p: values("p"), slots: optimizer.slots.map(values) };
}
