import type { DescribedModel, ModelLayer } from "./layer-graph.js";

/** A model as a layer of others. */
export function modelLayer(
  { name, kind, layers, calls, inputs, outputs, outputForm, checkpoint }: DescribedModel,
  trainable = true,
): ModelLayer {
  return {
    takes: "model",
    className: kind,
    name,
    trainable,
    inputShape: undefined,
    model: { name, kind, layers, calls, inputs, outputs, outputForm, checkpoint },
    getConfig: () => ({
      layers: layers.map(({ layer, name }) => ({ name, class: layer.className, config: layer.getConfig() })),
    }),
  };
}
