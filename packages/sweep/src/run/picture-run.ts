import { basename } from "node:path";
import {
  type AugmentationName,
  compileClassifier,
  givenShape,
  type ImageNetworkName,
  type Inspection,
  imageNetworks,
  type NetworkShape,
  newPictureRun,
  type PictureSplit,
  proposeSettings,
  type Run,
  type RunConfig,
  splitPictures,
  trainPictures,
} from "@trazo/practice";
import {
  type Callback,
  imageDataGenerator,
  type JsonObject,
  type Loss,
  loadModel,
  type Model,
  type Optimizer,
  type Runtime,
} from "trazo";
import { identityOf, type RunConfiguration } from "../configuration/run-configuration.js";
import { makeTyped } from "../configuration/typed-options.js";
import { SweepError } from "../failures/index.js";
import { makeMetrics, networkOfLayers } from "./network.js";
import type { RunRequest } from "./run-request.js";

/** All runs on a folder are trained and tested on the same pictures, whatever their seeds, so that they can be compared. */
const splitSeed = 42;

export interface PictureRunOptions {
  readonly folder: string;
  readonly runtime: Runtime;
  readonly verbose: 0 | 1 | 2;
  readonly callbacks: readonly Callback[];
  readonly signal: AbortSignal;
  readonly saveEvery?: number | undefined;
  readonly fresh?: boolean | undefined;
  /** Told when the pictures were found to be of use: what goes wrong then is the folder's fault, and not the run's. */
  readonly onPrepared: () => void;
  /** Told before the network is made: what goes wrong then is the run's own fault again. */
  readonly onNetwork: () => void;
}

/**
 * Trains a run on a folder of pictures as `trazo train --images` does, with what its configuration says.
 *
 * @throws TrainingInterrupted when the signal says so
 * @throws TrazoError when the network cannot be made, or does not fit the pictures
 */
export async function trainPictureRun(
  { configuration, seed }: RunRequest,
  inspection: Inspection,
  { runtime, onPrepared, onNetwork, ...options }: PictureRunOptions,
): Promise<Run> {
  const split = splitPictures(inspection, splitSeed);
  const { settings } = proposeSettings(inspection, split, await wishesOf(configuration, runtime));
  onPrepared();
  const { augmentation, epochs, batchSize } = configuration;
  const steps = epochs * Math.ceil(split.train.length / batchSize);
  return await trainPictures({
    ...options,
    runtime,
    inspection,
    split,
    settings,
    config: configOf(configuration, seed, inspection, split, runtime),
    signal: () => options.signal,
    // The other processors have runs of their own.
    workers: 1,
    async network(shape) {
      onNetwork();
      const model = await pictureNetwork(configuration, shape, { seed, runtime, steps });
      compilePictureNetwork(model, configuration, { classes: shape.classes, steps });
      return model;
    },
    generator:
      typeof augmentation === "object"
        ? (divisor) => imageDataGenerator({ ...augmentation, rescale: 1 / divisor })
        : undefined,
  });
}

/** Gives the network what the configuration says, or leaves a Keras file's own. */
function compilePictureNetwork(
  model: Model,
  { optimizer, loss, metrics }: RunConfiguration,
  { classes, steps }: { readonly classes: number; readonly steps: number },
): void {
  if (model.isCompiled && !optimizer) {
    if (loss || metrics) throw new SweepError(({ replacedTogether }) => replacedTogether);
    return;
  }
  for (const { type } of [...(loss ? [loss] : []), ...(metrics ?? [])]) requireForMany(type, classes);
  compileClassifier(model, makeTyped(optimizer ?? { type: "adam" }, "optimizer", steps) as Optimizer, {
    loss: loss && (makeTyped(loss, "loss", steps) as Loss),
    metrics: metrics && makeMetrics(metrics, steps),
  });
}

/** What is for two classes, and what to use instead. */
const forTwo: ReadonlyMap<string, string> = new Map([
  ["binaryCrossentropy", "categoricalCrossentropy"],
  ["binaryFocalCrossentropy", "categoricalFocalCrossentropy"],
  ["binaryAccuracy", "accuracy"],
]);

/** @throws TrazoError when a loss or a metric is for two classes, and there are more */
function requireForMany(type: string, classes: number): void {
  const instead = forTwo.get(type);
  if (instead === undefined || classes <= 2) return;
  throw new SweepError(({ binaryOfMany }) => binaryOfMany(type, classes, instead));
}

/** What the configuration decides; the rest follows from the pictures. */
async function wishesOf(
  { data, network, networkDigest, augmentation, earlyStopping }: RunConfiguration,
  runtime: Runtime,
) {
  const isFile = networkDigest !== undefined;
  return {
    size: data.size,
    model: typeof network === "string" && !isFile ? network : "own",
    augmentation: typeof augmentation === "string" ? (augmentation as AugmentationName) : undefined,
    patience: earlyStopping?.patience as number | undefined,
    shape: isFile ? await givenShape(network as string, runtime) : undefined,
  };
}

async function pictureNetwork(
  { network = "small", networkDigest }: RunConfiguration,
  shape: NetworkShape,
  options: { readonly seed: number; readonly runtime: Runtime; readonly steps: number },
): Promise<Model> {
  const { height, width, channels } = shape;
  if (typeof network !== "string") {
    return networkOfLayers(network, { ...options, imageShape: [height, width, channels] });
  }
  if (networkDigest !== undefined) {
    const { seed, runtime } = options;
    return await loadModel(network, { seed, runtime });
  }
  return imageNetworks[network as ImageNetworkName].make(shape, options);
}

function configOf(
  configuration: RunConfiguration,
  seed: number,
  inspection: Inspection,
  split: PictureSplit,
  runtime: Runtime,
): RunConfig {
  const { network = "small", networkDigest, epochs, batchSize } = configuration;
  const name = typeof network === "string" ? network : "layers";
  const given = {
    technique: networkDigest === undefined ? name : basename(name),
    seed,
    epochs,
    batchSize,
    data: inspection.directory,
    settings: identityOf(configuration) as JsonObject,
  };
  return newPictureRun(given, inspection, split, runtime);
}
