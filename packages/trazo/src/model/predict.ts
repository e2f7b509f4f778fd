import type { CallbackList } from "../callbacks/callback-list.js";
import { sizeOf, sliceRows, type Tensor } from "../tensor.js";
import type { Engine } from "./engine.js";
import { inputName } from "./forward.js";
import { predictionsName } from "./graphs.js";
import { weightFeeds } from "./training-step.js";

/** Predictions for every sample in inference mode, batch by batch in order. */
export async function predictSamples(
  engine: Engine,
  x: Tensor,
  batchSize: number,
  callbacks: CallbackList,
): Promise<Tensor<"float32">> {
  const count = x.shape[0] as number;
  const sampleShape = engine.model.outputShape.slice(1) as readonly number[];
  const width = sizeOf(sampleShape);
  const data = new Float32Array(count * width);
  const session = await engine.predictor(x);
  const weights = weightFeeds(engine.model.variables);
  await callbacks.onPredictBegin({});
  for (let start = 0; start < count; start += batchSize) {
    const batch = Math.floor(start / batchSize);
    await callbacks.onPredictBatchBegin(batch, {});
    const rows = sliceRows(x, start, Math.min(start + batchSize, count));
    const outputs = await session.run({ [inputName]: rows, ...weights });
    data.set((outputs[predictionsName] as Tensor<"float32">).data, start * width);
    await callbacks.onPredictBatchEnd(batch, {});
  }
  await callbacks.onPredictEnd({});
  return { dtype: "float32", shape: [count, ...sampleShape], data };
}
