import * as ort from "onnxruntime-web/wasm";
import { readOnnx } from "../../packages/trazo/src/core.js";
import type { Contender, Task } from "./contender.js";
import { modelOf } from "./trazo.js";

/** The whole step, Adam included, as one graph of plain operators, whose state comes back from each run. */
export async function ortWeb(task: Task, threads: number): Promise<Contender> {
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = "/ort/";
  const model = modelOf(task, undefined);
  const bytes = model.trainGraph();
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  const { batch, network } = task;
  const targets = new Float32Array(batch * network.classes);
  for (const [row, label] of task.labels.entries()) targets[row * network.classes + label] = 1;
  const float = (data: Float32Array, dims: readonly number[]) => new ort.Tensor("float32", data, dims);
  const weights = new Map(
    model.namedWeights().map(({ layer, name, shape, values }) => [`${layer}/${name}`, { shape, values }]),
  );
  const state: Record<string, ort.Tensor> = {};
  for (const { name } of readOnnx(bytes, "the step").graph?.input ?? []) {
    const found = weights.get(name);
    const slot = weights.get(name.replace(/\/[^/]+$/, ""));
    if (found) state[name] = float(found.values, found.shape);
    else if (slot) state[name] = float(new Float32Array(slot.values.length), slot.shape);
  }
  const fixed = {
    x: float(task.x, [batch, network.side, network.side, network.channels]),
    y: float(targets, [batch, network.classes]),
    sample_weight: float(new Float32Array(batch).fill(1), [batch]),
  };
  let taken = 0;
  return {
    async steps(count) {
      let loss = Number.NaN;
      for (let i = 0; i < count; i++) {
        taken++;
        const rate = (0.001 * Math.sqrt(1 - 0.999 ** taken)) / (1 - 0.9 ** taken);
        const outputs = await session.run({ ...fixed, ...state, alpha: float(Float32Array.of(rate), []) });
        for (const [name, tensor] of Object.entries(outputs)) {
          if (name.startsWith("next/")) state[name.slice(5)] = tensor;
        }
        loss = outputs.loss?.data[0] as number;
      }
      return loss;
    },
  };
}
