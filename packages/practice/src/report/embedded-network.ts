import { gzipSync } from "node:zlib";
import { argMax, type Model, sliceRows, type Tensor } from "trazo";
import type { Technique } from "../technique.js";
import { packWeights, unpackWeights } from "./packed-weights.js";

/** A trained network as the report carries it, to read digits in the page. Its technique says what it is made of. */
export interface EmbeddedNetwork {
  /** `packWeights`, as gzip. */
  readonly weights: Uint8Array;
  /** Of some test images, how many it takes for the same digit as the network itself. */
  readonly agreement: { readonly same: number; readonly of: number };
}

/** Test images that tell what rounding to int8 changes. */
const tried = 1000;

/**
 * Makes the copy of a network that a report carries.
 *
 * @param technique what it was trained by
 * @param images what the network reads, already prepared
 * @param predictions what it made of them
 * @returns undefined where the model is not what the technique makes today
 */
export async function embedNetwork(
  model: Model,
  technique: Technique,
  images: Tensor,
  predictions: Tensor<"float32">,
): Promise<EmbeddedNetwork | undefined> {
  const weights = model.namedWeights();
  const shapes = weights.map(({ shape }) => shape);
  const copy = technique.network({ seed: 0 });
  if (JSON.stringify(copy.namedWeights().map(({ shape }) => shape)) !== JSON.stringify(shapes))
    return undefined;
  const packed = packWeights(weights);
  copy.setWeights(unpackWeights(packed, shapes));
  const count = Math.min(tried, images.shape[0] as number);
  const answers = await copy.predict(sliceRows(images, 0, count));
  await copy.dispose();
  const digits = argMax(predictions).data;
  const same = argMax(answers).data.filter((digit, row) => digit === digits[row]).length;
  return { weights: gzipSync(packed, { level: 9 }), agreement: { same, of: count } };
}
