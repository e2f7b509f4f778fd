import { TrazoError } from "../errors.js";
import { formatShape } from "../graph/shape.js";
import { shownAsTensor, type Tensor } from "../tensor.js";
import type { Inputs } from "./inputs.js";
import type { Model } from "./model.js";
import type { Predictions } from "./predictions.js";
import type { GradientOptions } from "./score-gradients.js";

/**
 * Where a model looks, coarsely: the feature maps of a layer, each weighted by how much a score grows with it on average, summed, and
 * scaled so that the largest value of each picture is 1 (Grad-CAM, Selvaraju et al. 2017). As there, the score is the one before a
 * softmax that the model ends with. Empty background counts, too, where a filter answers to it and that speaks for the class.
 *
 * @param options.of the class. Default: for each picture the one with the highest score
 * @param options.at the layer. Default: the last one that gives feature maps
 * @param options.output of several outputs the one that gives the scores. Default: the first
 * @returns `[samples, height, width]`, from 0 to 1; 0 everywhere where nothing speaks for the class
 * @throws TrazoError for a layer without feature maps
 * @example
 * ```ts
 * const heat = await gradCam(model, xTest, { of: 3 });
 * ```
 */
export async function gradCam(
  net: Model<Predictions>,
  x: Inputs,
  options: GradientOptions = {},
): Promise<Tensor<"float32">> {
  const at = options.at ?? lastMaps(net);
  const { values, gradients } = await net.valuesAndGradients(x, { ...options, at }, "before softmax");
  const [samples = 0, height = 0, width = 0, channels = 0, ...more] = values.shape;
  if (values.shape.length !== 4 || more.length > 0) {
    throw new TrazoError(
      `gradCam: the layer "${at}" gives ${formatShape(values.shape)}, which are not feature maps.`,
    );
  }
  const places = height * width;
  const data = new Float32Array(samples * places);
  for (let sample = 0; sample < samples; sample++) {
    const base = sample * places * channels;
    const weights = new Float64Array(channels);
    for (let i = 0; i < places * channels; i++) {
      weights[i % channels] =
        (weights[i % channels] as number) + (gradients.data[base + i] as number) / places;
    }
    for (let i = 0; i < places * channels; i++) {
      const place = sample * places + Math.floor(i / channels);
      const weighed = (values.data[base + i] as number) * (weights[i % channels] as number);
      data[place] = (data[place] as number) + weighed;
    }
    normalize(data.subarray(sample * places, (sample + 1) * places));
  }
  return shownAsTensor({ dtype: "float32", shape: [samples, height, width], data });
}

/**
 * On which pixels a score depends most: the largest change of the score with any channel of each pixel, scaled so that the largest
 * value of each picture is 1 (Simonyan et al. 2013). As there, the score is the one before a softmax that the model ends with.
 *
 * @param options.of the class. Default: for each picture the one with the highest score
 * @param options.at of several inputs the one that takes the pictures, by its name. Default: the first
 * @param options.output of several outputs the one that gives the scores. Default: the first
 * @returns `[samples, height, width]`, from 0 to 1
 * @throws TrazoError for a model that takes no pictures
 * @example
 * ```ts
 * const pixels = await saliency(model, xTest);
 * ```
 */
export async function saliency(
  net: Model<Predictions>,
  x: Inputs,
  options: GradientOptions = {},
): Promise<Tensor<"float32">> {
  const { gradients } = await net.valuesAndGradients(x, options, "before softmax");
  const { shape, data: slopes } = gradients;
  if (shape.length !== 4) {
    throw new TrazoError(
      `saliency takes pictures [samples, height, width, channels], but got ${formatShape(shape)}.`,
    );
  }
  const [samples = 0, height = 0, width = 0, channels = 1] = shape;
  const data = new Float32Array(samples * height * width);
  for (const [i, slope] of slopes.entries()) {
    const place = Math.floor(i / channels);
    data[place] = Math.max(data[place] as number, Math.abs(slope));
  }
  const places = height * width;
  for (let sample = 0; sample < samples; sample++)
    normalize(data.subarray(sample * places, (sample + 1) * places));
  return shownAsTensor({ dtype: "float32", shape: [samples, height, width], data });
}

/** From 0 to 1, in place. */
function normalize(map: Float32Array): void {
  const most = map.reduce((a, b) => Math.max(a, b), 0);
  for (const [i, value] of map.entries()) map[i] = most > 0 ? Math.max(value, 0) / most : 0;
}

function lastMaps({ layers }: Model<Predictions>): string {
  const found = layers.findLast(
    ({ outputShape, className }) =>
      outputShape.length === 4 && !["InputLayer", "Functional", "Sequential"].includes(className),
  );
  if (found) return found.path;
  throw new TrazoError(
    "gradCam needs a model with a layer that gives feature maps: name one within a nested model with at.",
  );
}
