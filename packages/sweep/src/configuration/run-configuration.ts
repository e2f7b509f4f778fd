import type { AugmentationName } from "@trazo/practice";
import type { Json, JsonObject } from "trazo";

/** What a run trains on. */
export interface DataConfiguration {
  /** `mnist`, a folder with four IDX files, or a folder of pictures. */
  readonly source: string;
  /** Whether the source is a folder of pictures, with a folder for each class. */
  readonly isPictures?: true | undefined;
  /** Of pictures: pixels per side that the network reads. Default: by the pictures. */
  readonly size?: number | undefined;
  /** Use the first so many training images, those for validation among them. Default: all. */
  readonly train?: number | undefined;
  /** Use the first so many test images. Default: all. */
  readonly test?: number | undefined;
  /** Share of the training images that is kept for validation. Default 0.2. */
  readonly validation?: number | undefined;
}

/** An object of the library in a configuration: its type and its options. */
export type TypedOptions = JsonObject & { readonly type: string };

/** How a run is made: its options checked and completed, as plain JSON. The seed is not among them. */
export interface RunConfiguration {
  readonly data: DataConfiguration;
  /** A technique of the practice, which decides network, optimizer, loss and augmentation; these are then absent. */
  readonly technique?: string | undefined;
  /** `base` (of pictures `small` or `resnet`), the path of a Keras file, or layers. */
  readonly network?: string | readonly TypedOptions[] | undefined;
  /** Of a Keras file: the beginning of its SHA-256. */
  readonly networkDigest?: string | undefined;
  /** Absent with a Keras file that is compiled: its own. */
  readonly optimizer?: TypedOptions | undefined;
  readonly loss?: TypedOptions | undefined;
  readonly metrics?: readonly TypedOptions[] | undefined;
  /** Options of `imageDataGenerator`; of pictures also `none`, `light` or `full`. */
  readonly augmentation?: JsonObject | AugmentationName | undefined;
  /** Options of the callbacks of these names. */
  readonly reduceLROnPlateau?: JsonObject | undefined;
  readonly earlyStopping?: JsonObject | undefined;
  readonly epochs: number;
  readonly batchSize: number;
  /** What the best epoch is chosen by. */
  readonly monitor: string;
}

/** What of a configuration decides a run's outcome: not where its files lie. */
export function identityOf({ data, network, ...rest }: RunConfiguration): JsonObject {
  const { source: _, ...size } = data;
  const named = rest.networkDigest === undefined ? network : undefined;
  return JSON.parse(JSON.stringify({ ...rest, data: size, network: named })) as Record<string, Json>;
}
