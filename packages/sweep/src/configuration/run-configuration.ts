import type { JsonObject } from "trazo";

/** What a run trains on. */
export interface DataConfiguration {
  /** `mnist`, or a folder with four IDX files. */
  readonly source: string;
  /** Use the first so many training images, those for validation among them. Default: all. */
  readonly train?: number | undefined;
  /** Use the first so many test images. Default: all. */
  readonly test?: number | undefined;
}

/** How a run is made: every option with its value, as plain JSON. `seed` is not among them. */
export interface RunConfiguration {
  readonly data: DataConfiguration;
  /** A technique of the practice, which then decides network, optimizer, loss and augmentation. */
  readonly technique?: string | undefined;
  readonly epochs: number;
  readonly batchSize: number;
  /** Everything else: the network, its optimizer, its loss. */
  readonly [option: string]: unknown;
}

/** An object of the library in a configuration: its type and its options. */
export type TypedOptions = JsonObject & { readonly type: string };
