import { type Inspection, imageDigest, inspectPictures } from "@trazo/practice";
import { type ImageDataset, loadMnist, sliceRows, type Tensor } from "trazo";
import type { DataConfiguration } from "../configuration/run-configuration.js";

/** What a run is trained on: images in memory, or a folder of pictures that was looked at and is read while training. */
export type RunData = ImageDataset | Inspection;

export const isPictureFolder = (data: RunData): data is Inspection => "pictures" in data;

/**
 * The images that a configuration names.
 *
 * @throws TrazoError when there are none where it says
 */
export async function loadData(data: DataConfiguration): Promise<RunData> {
  return data.isPictures ? await inspectPictures(data.source) : await loadImages(data);
}

/** Where they lie, in words. */
export const placeOf = (data: RunData): string => (isPictureFolder(data) ? data.directory : data.source);

/** Equal for configurations whose data are the same: pictures are read in any size. */
export const dataKey = ({ source, isPictures, train, test }: DataConfiguration): string =>
  JSON.stringify(isPictures ? [source] : [source, train, test]);

async function loadImages({ source, train, test }: DataConfiguration): Promise<ImageDataset> {
  const dataset = await loadMnist(source === "mnist" ? {} : { dir: source });
  return { ...dataset, train: firstOf(dataset.train, train), test: firstOf(dataset.test, test) };
}

/** Tells one set of images from another, wherever it lies: the beginning of a SHA-256 of its images and labels. */
export const dataDigest = (data: RunData): string =>
  isPictureFolder(data) ? data.digest : imageDigest(data);

type Part = ImageDataset["train"];

function firstOf({ images, labels }: Part, count: number | undefined): Part {
  if (count === undefined || count >= (images.shape[0] as number)) return { images, labels };
  const first = <T extends Tensor>(tensor: T): T => sliceRows(tensor, 0, count) as T;
  return { images: first(images), labels: first(labels) };
}
