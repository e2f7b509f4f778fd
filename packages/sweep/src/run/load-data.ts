import { imageDigest } from "@trazo/practice";
import { type ImageDataset, loadMnist, sliceRows, type Tensor } from "trazo";
import type { DataConfiguration } from "../configuration/run-configuration.js";

/**
 * The images that a configuration names.
 *
 * @throws TrazoError when there are none where it says
 */
export async function loadData({ source, train, test }: DataConfiguration): Promise<ImageDataset> {
  const dataset = await loadMnist(source === "mnist" ? {} : { dir: source });
  return { ...dataset, train: firstOf(dataset.train, train), test: firstOf(dataset.test, test) };
}

/** Tells one set of images from another, wherever it lies: the beginning of a SHA-256 of its images and labels. */
export const dataDigest = (dataset: ImageDataset): string => imageDigest(dataset);

type Part = ImageDataset["train"];

function firstOf({ images, labels }: Part, count: number | undefined): Part {
  if (count === undefined || count >= (images.shape[0] as number)) return { images, labels };
  const first = <T extends Tensor>(tensor: T): T => sliceRows(tensor, 0, count) as T;
  return { images: first(images), labels: first(labels) };
}
