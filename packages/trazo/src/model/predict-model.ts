import type { ImageFlow } from "../data/augmentation/index.js";
import type { Dataset } from "../data/datasets/dataset.js";
import { requireKnownOptions } from "../known-options.js";
import type { EvaluatedModel } from "./evaluate-model.js";
import { datasetOf } from "./given-data.js";
import { givenInputs, type Inputs } from "./inputs.js";
import { passCallbacks } from "./model-callbacks.js";
import { type PredictOptions, predictOptions } from "./model-options.js";
import { withBatchesOf } from "./out-of-memory.js";
import { predictSamples } from "./predict.js";
import { type Predictions, predictionsAs } from "./predictions.js";
import { countSamples, inputSamples } from "./samples.js";
import { wholeNumber } from "./whole-number.js";

/**
 * Predictions for data in any of the forms that `predict` takes.
 *
 * @param what names the call in errors
 * @throws TrazoError for data and options that are not supported
 */
export async function predictModel(
  model: EvaluatedModel,
  what: string,
  data: Inputs | Dataset | ImageFlow,
  options: PredictOptions,
): Promise<Predictions> {
  requireKnownOptions(options, predictOptions, what);
  const { engine } = model;
  const inputs = inputSamples(
    datasetOf(data) ?? givenInputs(engine.model, data, what),
    { inputs: engine.model.inputs, scored: [] },
    what,
  );
  engine.model.requireInput(inputs.x.shape, what);
  const batchSize = wholeNumber(options.batchSize ?? 32, 1, "batchSize");
  const count = countSamples(inputs);
  const callbacks = passCallbacks(model, options, count, batchSize, Math.ceil(count / batchSize));
  const predictions = await withBatchesOf(Math.min(batchSize, count), () =>
    engine.hold(() => predictSamples(engine, inputs, batchSize, callbacks)),
  );
  return predictionsAs(engine.model, predictions);
}
