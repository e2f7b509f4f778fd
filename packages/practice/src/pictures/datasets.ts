import { availableParallelism } from "node:os";
import {
  augmentDataset,
  type Dataset,
  fileDataset,
  type ImageDataGenerator,
  imageDataGenerator,
  inWorkers,
  type LabelMode,
} from "trazo";
import type { Preparation } from "trazo/node";
import type { PartFiles } from "./run-record.js";
import type { AugmentationName, PictureSettings } from "./settings.js";

/** How a picture becomes what the model reads; every file of the model says so. */
export function preparationFor(
  { fit, background }: PictureSettings,
  stated: Partial<Preparation> = {},
): Partial<Preparation> {
  return {
    divisor: 255,
    mean: [0],
    std: [1],
    ...stated,
    ink: "light",
    invert: false,
    fit,
    interpolation: "bilinear",
    antialias: true,
    ...(background && { background }),
  };
}

/** How training pictures are varied; undefined where they are not. */
export function generatorFor(name: AugmentationName, divisor: number): ImageDataGenerator | undefined {
  if (name === "none") return undefined;
  return imageDataGenerator({
    rotationRange: 10,
    widthShiftRange: 0.08,
    heightShiftRange: 0.08,
    zoomRange: 0.12,
    ...(name === "full" && { horizontalFlip: true, brightnessRange: [0.8, 1.2] }),
    rescale: 1 / divisor,
  });
}

/** A dataset whose threads are to be ended. */
export type ClosableDataset = Dataset & { close(): Promise<void> };

export interface PartOptions {
  readonly directory: string;
  readonly classNames: readonly string[];
  readonly settings: PictureSettings;
  readonly divisor: number;
  /** What the targets are. Default `int`: class numbers. */
  readonly labelMode?: LabelMode | undefined;
  /** Varies the pictures. */
  readonly generator?: ImageDataGenerator | undefined;
  readonly workers?: number | undefined;
  /** Bytes of decoded pictures that may stay in memory. */
  readonly cacheBytes?: number | undefined;
}

/** One thread is the model's. */
const usualWorkers = (): number => Math.min(4, Math.max(1, availableParallelism() - 1));

/** The pictures of a part, read by threads of their own. */
export async function partDataset(part: PartFiles, options: PartOptions): Promise<ClosableDataset> {
  const {
    directory,
    classNames,
    settings,
    divisor,
    labelMode,
    generator,
    workers = usualWorkers(),
    cacheBytes,
  } = options;
  const { height, width, channels, fit, background } = settings;
  const pictures = await fileDataset(part.files, part.classes, {
    directory,
    classNames,
    height,
    width,
    channels,
    fit,
    background,
    labelMode,
    interpolation: "bilinear",
    antialias: true,
    divisor: generator ? 1 : divisor,
    cacheBytes,
  });
  const dataset: Dataset = generator ? augmentDataset(pictures, generator) : pictures;
  return inWorkers(dataset, { workers });
}
