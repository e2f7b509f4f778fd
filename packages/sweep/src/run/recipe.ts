import {
  dataFor,
  type NetworkData,
  type PracticeData,
  prepare,
  type Recipe,
  rateInLogs,
  techniqueRecipe,
  techniques,
} from "@trazo/practice";
import { callbacks, type ImageDataset, imageDataGenerator, type Runtime } from "trazo";
import type { RunConfiguration } from "../configuration/run-configuration.js";
import { SweepError } from "../failures/index.js";
import { networkOf } from "./network.js";
import type { RunRequest } from "./run-request.js";

export interface PreparedRun {
  readonly recipe: Recipe;
  readonly data: PracticeData;
  /** What the run is called in lists. */
  readonly technique: string;
}

/**
 * What a request trains, and on what.
 *
 * @throws TrazoError when the network cannot be made, or does not fit the images
 */
export async function prepareRun(
  { configuration, seed }: RunRequest,
  dataset: ImageDataset,
  runtime: Runtime,
): Promise<PreparedRun> {
  const { technique: name, data, batchSize, epochs } = configuration;
  if (name !== undefined) {
    const technique = techniques.find((one) => one.name === name);
    if (!technique) throw new SweepError(({ noTechnique }) => noTechnique(name));
    const prepared = preparedFor(dataset, undefined, data.validation);
    const recipe = techniqueRecipe(technique, { seed, epochs, batchSize }, prepared, runtime);
    return { technique: name, recipe, data: prepared };
  }
  const count = dataset.train.images.shape[0] as number;
  const steps = epochs * Math.ceil((count - Math.ceil(count * (data.validation ?? 0.2))) / batchSize);
  const imageShape = dataset.train.images.shape.slice(1) as number[];
  const model = await networkOf(configuration, { seed, runtime, imageShape, steps });
  const wanted: NetworkData = dataFor(model);
  const prepared = preparedFor(dataset, wanted, data.validation);
  return {
    technique: nameOf(configuration),
    recipe: {
      network: () => model,
      hasFixedLength: false,
      ...flowOf(configuration, prepared),
      callbacks: () => [
        configuration.reduceLROnPlateau
          ? callbacks.reduceLROnPlateau(configuration.reduceLROnPlateau)
          : rateInLogs(model.optimizer),
        ...(configuration.earlyStopping ? [callbacks.earlyStopping(configuration.earlyStopping)] : []),
      ],
    },
    data: prepared,
  };
}

/** What was last made of a set of images: most runs of a process want the same, and nothing changes it. */
const lastPrepared = new WeakMap<ImageDataset, { readonly key: string; readonly data: PracticeData }>();

function preparedFor(
  dataset: ImageDataset,
  network: NetworkData | undefined,
  validation: number | undefined,
): PracticeData {
  const key = JSON.stringify([network, validation]);
  const last = lastPrepared.get(dataset);
  if (last?.key === key) return last.data;
  const data = prepare(dataset, network, validation);
  lastPrepared.set(dataset, { key, data });
  return data;
}

function flowOf({ augmentation, batchSize }: RunConfiguration, data: PracticeData): Pick<Recipe, "flow"> {
  if (typeof augmentation !== "object") return {};
  return { flow: () => imageDataGenerator(augmentation).flow(data.xTrain, data.yTrain, { batchSize }) };
}

const nameOf = ({ network, networkDigest }: RunConfiguration): string =>
  typeof network === "string" ? (networkDigest === undefined ? network : "file") : "layers";
