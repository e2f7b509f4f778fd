import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  type AugmentationName,
  augmentations,
  imageNetworks,
  pictureDefaults,
  pictureSizes,
  techniques,
} from "@trazo/practice";
import { callbacks, imageDataGenerator, type JsonObject, TrazoError } from "trazo";
import { explainReadError, isKerasFile, sha256 } from "trazo/node";
import type { ConfigNode } from "./config-node.js";
import type { DataConfiguration, RunConfiguration, TypedOptions } from "./run-configuration.js";
import { checkTyped } from "./typed-options.js";

export const runOptions = [
  "data",
  "technique",
  "network",
  "optimizer",
  "loss",
  "metrics",
  "augmentation",
  "reduceLROnPlateau",
  "earlyStopping",
  "epochs",
  "batchSize",
  "monitor",
  "seed",
] as const;

type RunFields = ReturnType<ConfigNode["fields"]> & Readonly<Record<(typeof runOptions)[number], ConfigNode>>;

/** What a technique decides. */
const decided = [
  "network",
  "optimizer",
  "loss",
  "metrics",
  "augmentation",
  "reduceLROnPlateau",
  "earlyStopping",
] as const;

export interface CheckedConfiguration {
  readonly configuration: RunConfiguration;
  /** Default 42. */
  readonly seed: number;
}

/**
 * Checks a configuration and completes it with defaults.
 *
 * @param folder what paths in it are relative to. Default: the working directory
 * @throws TrazoError with the place of what is wrong
 */
export function checkConfiguration(node: ConfigNode, folder = "."): CheckedConfiguration {
  const fields = node.fields(runOptions);
  if (isPictures(fields.data)) return checkPictureRun(fields, folder);
  const common = {
    data: checkData(fields.data, folder),
    epochs: fields.epochs.isAbsent ? 5 : fields.epochs.whole(1),
    batchSize: fields.batchSize.isAbsent ? 128 : fields.batchSize.whole(1),
    monitor: fields.monitor.isAbsent ? "val_accuracy" : fields.monitor.text(),
  };
  const seed = fields.seed.isAbsent ? 42 : fields.seed.whole(0);
  if (!fields.technique.isAbsent) {
    for (const name of decided) {
      if (!fields[name].isAbsent) fields[name].fail((text) => text.decidedByTechnique);
    }
    return { configuration: { ...common, technique: checkTechnique(fields.technique) }, seed };
  }
  const network = checkNetwork(fields.network, folder);
  const isFile = network.networkDigest !== undefined;
  return {
    configuration: defined({
      ...common,
      ...network,
      optimizer: fields.optimizer.isAbsent
        ? isFile
          ? undefined
          : { type: "adam" }
        : checkTyped(fields.optimizer, "optimizer"),
      loss: fields.loss.isAbsent
        ? isFile
          ? undefined
          : { type: "categoricalCrossentropy" }
        : checkTyped(fields.loss, "loss"),
      metrics: fields.metrics.isAbsent
        ? isFile
          ? undefined
          : [{ type: "accuracy" }]
        : checkMetrics(fields.metrics),
      augmentation: checkMade(fields.augmentation, imageDataGenerator),
      reduceLROnPlateau: checkMade(fields.reduceLROnPlateau, callbacks.reduceLROnPlateau),
      earlyStopping: checkMade(fields.earlyStopping, callbacks.earlyStopping),
    }),
    seed,
  };
}

const isPictures = (node: ConfigNode): boolean =>
  typeof node.value === "object" && node.value !== null && "images" in node.value;

/** What training on a folder of pictures decides by itself. */
const decidedByPictures = ["technique", "reduceLROnPlateau", "monitor"] as const;

/** A run that is trained as `trazo train --images` does it. */
function checkPictureRun(fields: RunFields, folder: string): CheckedConfiguration {
  const { images, size } = fields.data.fields(["images", "size"]);
  for (const name of decidedByPictures) {
    if (!fields[name].isAbsent) {
      fields[name].fail((text) => text.decidedByPictures);
    }
  }
  return {
    configuration: defined({
      data: defined({
        source: resolve(folder, images.text()),
        isPictures: true as const,
        size: size.isAbsent ? undefined : checkSize(size),
      }),
      ...checkNetwork(fields.network, folder, Object.keys(imageNetworks)),
      optimizer: fields.optimizer.isAbsent ? undefined : checkTyped(fields.optimizer, "optimizer"),
      loss: fields.loss.isAbsent ? undefined : checkTyped(fields.loss, "loss"),
      metrics: fields.metrics.isAbsent ? undefined : checkMetrics(fields.metrics),
      augmentation: checkAugmentation(fields.augmentation),
      earlyStopping: checkPatience(fields.earlyStopping),
      epochs: fields.epochs.isAbsent ? pictureDefaults.epochs : fields.epochs.whole(1),
      batchSize: fields.batchSize.isAbsent ? pictureDefaults.batchSize : fields.batchSize.whole(1),
      monitor: "val_loss",
    }),
    seed: fields.seed.isAbsent ? 42 : fields.seed.whole(0),
  };
}

const checkMetrics = (node: ConfigNode): TypedOptions[] =>
  node.items().map((metric) => checkTyped(metric, "metric"));

function checkSize(node: ConfigNode): number {
  const { least, most } = pictureSizes;
  const size = node.whole(least);
  return size <= most ? size : node.fail(({ tooLarge }) => tooLarge(most, size));
}

function checkAugmentation(node: ConfigNode): JsonObject | AugmentationName | undefined {
  if (typeof node.value !== "string") return checkMade(node, imageDataGenerator);
  const found = augmentations.find((name) => name === node.value);
  return found ?? node.fail(({ unknownAugmentation }) => unknownAugmentation(node.value, augmentations));
}

/** Of the callback's options only the patience is free. */
function checkPatience(node: ConfigNode): JsonObject | undefined {
  if (node.isAbsent) return undefined;
  const { patience } = node.fields(["patience"]);
  return { patience: patience.whole(1) };
}

const defined = <T extends object>(object: T): T =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as T;

function checkTechnique(node: ConfigNode): string {
  const found = techniques.find(({ name }) => name === node.value);
  if (found) return found.name;
  const known = techniques.map(({ name }) => name);
  return node.fail(({ unknownTechnique }) => unknownTechnique(node.value, known));
}

function checkData(node: ConfigNode, folder: string): DataConfiguration {
  if (node.isAbsent) return { source: "mnist" };
  if (typeof node.value === "string") return { source: placeOfData(node.text(), folder) };
  const { source, train, test, validation } = node.fields(["source", "train", "test", "validation"]);
  return defined({
    source: source.isAbsent ? "mnist" : placeOfData(source.text(), folder),
    train: train.isAbsent ? undefined : train.whole(10),
    test: test.isAbsent ? undefined : test.whole(1),
    validation: validation.isAbsent ? undefined : validation.share(),
  });
}

const placeOfData = (source: string, folder: string): string =>
  source === "mnist" ? source : resolve(folder, source);

/** @param names networks that have names; the first is the default */
function checkNetwork(
  node: ConfigNode,
  folder: string,
  names: readonly string[] = ["base"],
): Pick<RunConfiguration, "network" | "networkDigest"> {
  if (node.isAbsent) return { network: names[0] as string };
  if (typeof node.value !== "string") {
    const layers = node.items().map((layer) => checkTyped(layer, "layer"));
    return layers.length > 0 ? { network: layers } : node.fail((text) => text.noLayers);
  }
  if (names.includes(node.value)) return { network: node.value };
  if (!isKerasFile(node.value)) {
    return node.fail(({ unknownNetwork }) => unknownNetwork(node.value, names));
  }
  const network = resolve(folder, node.value);
  return { network, networkDigest: digestOf(network, node) };
}

/** The beginning of a file's SHA-256. */
function digestOf(path: string, node: ConfigNode): string {
  try {
    return sha256(readFileSync(path)).toString("hex").slice(0, 16);
  } catch (cause) {
    const why = explainReadError(cause as NodeJS.ErrnoException);
    return node.fail(({ unreadableNetwork }) => unreadableNetwork(path, why));
  }
}

/** Options that something makes an object of, which checks them. */
function checkMade(node: ConfigNode, make: (options: never) => unknown): JsonObject | undefined {
  if (node.isAbsent) return undefined;
  const options = node.object() as JsonObject;
  try {
    make(options as never);
  } catch (error) {
    if (!(error instanceof TrazoError)) throw error;
    node.fail(({ cannotBeUsed }) => cannotBeUsed(error.message));
  }
  return options;
}

/** The folder that paths in a configuration file are relative to. */
export const folderOf = (file: string): string => dirname(resolve(file));
