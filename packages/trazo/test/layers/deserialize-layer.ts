import type { Json } from "../../src/errors.js";
import type { Layer } from "../../src/layers/layer.js";
import { deserializeAnyLayer } from "../../src/layers/registry.js";

/** Reads a layer of one input from its Keras configuration. */
export function deserializeLayer(json: Json, where: string): Layer {
  const layer = deserializeAnyLayer(json, where);
  if (layer.takes !== "several") return layer;
  throw new Error(`${where}: ${layer.className} takes several tensors.`);
}
