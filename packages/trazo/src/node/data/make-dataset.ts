import { ImageDataGenerator } from "../../data/augmentation/generator.js";
import { augmentDataset } from "../../data/datasets/augment-dataset.js";
import { type Dataset, isDataset, requireDataset } from "../../data/datasets/dataset.js";
import type { DatasetRecipe } from "../../data/datasets/recipe.js";
import { inWords, TrazoError } from "../../errors.js";
import { pictureReader } from "./file-dataset.js";

/**
 * Makes a dataset as its recipe says, in whatever thread.
 *
 * @param read gives a file's bytes
 * @throws TrazoError for a module that makes none
 */
export async function makeDataset(
  recipe: DatasetRecipe,
  read?: (path: string) => Uint8Array,
): Promise<Dataset> {
  if (recipe.kind === "files") return pictureReader(recipe.files, read);
  if (recipe.kind === "augmented") {
    return augmentDataset(await makeDataset(recipe.of, read), ImageDataGenerator.from(recipe.generator));
  }
  return await fromModule(recipe.url, recipe.data);
}

async function fromModule(url: string, data: unknown): Promise<Dataset> {
  const { default: make } = (await import(url)) as { default?: unknown };
  if (typeof make !== "function") {
    throw new TrazoError(
      `moduleDataset: ${url} must export by default a function that makes a dataset, but exports ${inWords(make)}.`,
    );
  }
  const made: unknown = await make(data);
  if (!isDataset(made)) {
    throw new TrazoError(
      `moduleDataset: the function of ${url} must give a dataset, but gave ${inWords(made)}.`,
    );
  }
  requireDataset(made, "moduleDataset");
  return made;
}
