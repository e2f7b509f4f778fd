import { TrazoError } from "../errors.js";
import { reshape as reshapeValue } from "../graph/ops.js";
import { formatShape, staticShape } from "../graph/shape.js";
import type { Dim, Shape } from "../graph/value.js";
import { requireKnownOptions } from "../known-options.js";
import type { ConfigReader } from "./config-reader.js";
import { type Layer, type LayerOptions, layerBase, layerOptionNames } from "./layer.js";

export interface ReshapeOptions extends LayerOptions {
  /** Shape of one sample; one entry may be -1 and takes what is left over. */
  readonly targetShape: readonly number[];
}

const reshapeOptions = { ...layerOptionNames, targetShape: true } as const;

/** The same values under another shape, as Keras's `Reshape`. */
export function reshape(options: ReshapeOptions): Layer {
  requireKnownOptions(options, reshapeOptions, "Reshape");
  const { targetShape } = options;
  if (!Array.isArray(targetShape)) {
    throw new TrazoError(`Reshape needs a targetShape, e.g. [7, 7, 16], but got ${targetShape}.`);
  }
  const resolve = (inputShape: Shape): Shape => [
    inputShape[0] as Dim,
    ...resolveTarget(inputShape, targetShape),
  ];
  return {
    ...layerBase(options),
    className: "Reshape",
    build: (inputShape) => ({ outputShape: resolve(inputShape), weights: [] }),
    call: (x) => reshapeValue(x, resolve(x.shape)),
    getConfig: () => ({ target_shape: [...targetShape] }),
  };
}

function resolveTarget(inputShape: Shape, target: readonly number[]): number[] {
  const size = staticShape(inputShape.slice(1), "Reshape").reduce((a, b) => a * b, 1);
  const known = target.filter((dim) => dim !== -1).reduce((a, b) => a * b, 1);
  const shape = target.map((dim) => (dim === -1 ? size / known : dim));
  const fits =
    shape.reduce((a, b) => a * b, 1) === size && shape.every((dim) => Number.isInteger(dim) && dim > 0);
  if (fits && target.filter((dim) => dim === -1).length <= 1) return shape;
  throw new TrazoError(
    `Reshape: a sample of ${formatShape(inputShape.slice(1))} does not fit [${target.join(", ")}].`,
  );
}

export function reshapeFromConfig(config: ConfigReader): Layer {
  return reshape({ ...config.layerOptions(), targetShape: config.numbers("target_shape") ?? [] });
}
