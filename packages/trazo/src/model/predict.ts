import type { CallbackList } from "../callbacks/callback-list.js";
import { sizeOf, type Tensor } from "../tensor.js";
import type { Engine } from "./engine.js";
import { batchesOf } from "./evaluate.js";
import { inputName } from "./forward.js";
import { predictionsName } from "./graphs.js";
import { countSamples, type Samples } from "./samples.js";
import { weightFeeds } from "./training-step.js";

/** Predictions for every sample in inference mode, batch by batch in order. */
export async function predictSamples(
  engine: Engine,
  samples: Samples,
  batchSize: number,
  callbacks: CallbackList,
): Promise<Tensor<"float32">> {
  const count = countSamples(samples);
  const sampleShape = engine.model.outputShape.slice(1) as readonly number[];
  const width = sizeOf(sampleShape);
  const data = new Float32Array(count * width);
  const session = await engine.predictor(samples);
  const weights = weightFeeds(engine.model.variables);
  await callbacks.onPredictBegin({});
  let batch = 0;
  for await (const { x, others } of batchesOf(
    samples,
    batchSize,
    Math.ceil(count / batchSize),
    engine.model.seed,
  )) {
    await callbacks.onPredictBatchBegin(batch, {});
    const outputs = await session.run({ [inputName]: x, ...others, ...weights });
    data.set((outputs[predictionsName] as Tensor<"float32">).data, batch * batchSize * width);
    await callbacks.onPredictBatchEnd(batch++, {});
  }
  await callbacks.onPredictEnd({});
  return { dtype: "float32", shape: [count, ...sampleShape], data };
}
