import { techniques } from "@trazo/practice";
import {
  type Layer,
  type Loss,
  layers,
  loadModel,
  type Metric,
  type Model,
  type Optimizer,
  type Runtime,
  sequential,
} from "trazo";
import type { RunConfiguration, TypedOptions } from "../configuration/run-configuration.js";
import { makeTyped } from "../configuration/typed-options.js";
import { SweepError } from "../failures/index.js";

export interface NetworkOptions {
  readonly seed: number;
  readonly runtime: Runtime;
  /** [height, width, channels] of the images, for layers that do not say what they read. */
  readonly imageShape: readonly number[];
  /** Training steps of the whole run. */
  readonly steps: number;
}

/**
 * The compiled network that a configuration describes.
 *
 * @throws TrazoError when layers, loss and metrics do not fit together
 */
export async function networkOf(configuration: RunConfiguration, options: NetworkOptions): Promise<Model> {
  const { optimizer, loss, metrics } = configuration;
  const model = await uncompiled(configuration, options);
  if (!optimizer && !loss && !metrics && model.isCompiled) return model;
  if (!model.isCompiled && (!optimizer || !loss)) {
    throw new SweepError(({ notCompiled }) => notCompiled(String(configuration.network)));
  }
  if (!optimizer || !loss) {
    throw new SweepError(({ replacedTogether }) => replacedTogether);
  }
  const { steps } = options;
  model.compile({
    optimizer: makeTyped(optimizer, "optimizer", steps) as Optimizer,
    loss: makeTyped(loss, "loss", steps) as Loss,
    metrics: makeMetrics(metrics ?? [{ type: "accuracy" }], steps),
  });
  return model;
}

async function uncompiled(
  { network = "base" }: RunConfiguration,
  { seed, runtime, imageShape, steps }: NetworkOptions,
): Promise<Model> {
  if (network === "base") {
    const base = techniques.find(({ name }) => name === "base");
    if (!base) throw new Error("The practice has no base network.");
    return base.network({ seed, runtime });
  }
  if (typeof network === "string") return await loadModel(network, { seed, runtime });
  return networkOfLayers(network, { seed, runtime, imageShape, steps });
}

/** The metrics that checked options describe. */
export const makeMetrics = (metrics: readonly TypedOptions[], steps: number): (Metric | string)[] =>
  metrics.map((metric) => makeTyped(metric, "metric", steps) as Metric | string);

export function networkOfLayers(
  network: readonly TypedOptions[],
  { seed, runtime, imageShape, steps }: NetworkOptions,
): Model {
  const made = network.map((layer) => makeTyped(layer, "layer", steps) as Layer);
  const [first] = network;
  const saysWhatItReads = first?.type === "input" || first?.inputShape !== undefined;
  return sequential(saysWhatItReads ? made : [layers.input({ shape: [...imageShape] }), ...made], {
    seed,
    runtime,
  });
}
