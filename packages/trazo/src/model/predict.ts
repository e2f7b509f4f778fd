import type { CallbackList } from "../callbacks/callback-list.js";
import { shownAsTensor, sizeOf, type Tensor } from "../tensor.js";
import type { Engine } from "./engine.js";
import { batchesOf } from "./evaluate.js";
import { inputName } from "./forward.js";
import { predictionNames } from "./graphs.js";
import { countSamples, type Samples } from "./samples.js";
import { weightFeeds } from "./training-step.js";

/** Predictions for every sample in inference mode, batch by batch in order: one tensor per output of the model. */
export async function predictSamples(
  engine: Engine,
  samples: Samples,
  batchSize: number,
  callbacks: CallbackList,
): Promise<readonly Tensor<"float32">[]> {
  const count = countSamples(samples);
  const names = predictionNames(engine.model);
  const tensors = engine.model.outputs.map(({ tensor }): Tensor<"float32"> => {
    const sample = tensor.shape.slice(1) as readonly number[];
    return shownAsTensor({
      dtype: "float32",
      shape: [count, ...sample],
      data: new Float32Array(count * sizeOf(sample)),
    });
  });
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
    for (const [i, { data, shape }] of tensors.entries()) {
      const given = outputs[names[i] as string] as Tensor<"float32">;
      data.set(given.data, batch * batchSize * sizeOf(shape.slice(1)));
    }
    await callbacks.onPredictBatchEnd(batch++, {});
  }
  await callbacks.onPredictEnd({});
  return tensors;
}
