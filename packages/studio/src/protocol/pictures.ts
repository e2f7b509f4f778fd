import type { EpochPoint, RunStatus, StepPoint } from "./messages.js";
import type { Failure } from "./refusals.js";

/** Pixels per side that pictures may be brought to. */
export const pictureSides = [32, 48, 64, 96] as const;
export type PictureSide = (typeof pictureSides)[number];

/** Forms in which a network for pictures can be taken away: `page` is what a web page of its own needs, as JSON. */
export const pictureFormats = ["keras", "onnx", "page"] as const;
export type PictureFormat = (typeof pictureFormats)[number];

/** What one may train on. */
export const pictureLimits = {
  classes: { least: 2, most: 20 },
  /** Of all classes together. */
  pictures: { least: 4, most: 2000 },
  /** Of all pictures together, one for each pixel and channel. */
  bytes: 32 * 2 ** 20,
  /** Characters of a class's name. */
  name: 60,
  epochs: { least: 1, most: 200 },
} as const;

/** How many pictures of a size fit. */
export const mostPictures = (side: number, channels: number): number =>
  Math.min(pictureLimits.pictures.most, Math.floor(pictureLimits.bytes / (side * side * channels)));

/** A class with fewer pictures than this has none left over for validation. */
export const leastForValidation = 5;

/** How a network learns to tell pictures apart. */
export interface PictureSettings {
  /** Their names, in the order of the network's answers. */
  readonly classes: readonly string[];
  readonly side: PictureSide;
  /** 1: gray, 3: color. */
  readonly channels: 1 | 3;
  readonly epochs: number;
  readonly seed: number;
  /** Whether each picture is turned, moved and scaled a little, differently in every epoch. */
  readonly varied: boolean;
}

/** The settings that a page begins with. */
export const pictureDefaults: Omit<PictureSettings, "classes"> = {
  side: 64,
  channels: 3,
  epochs: 20,
  seed: 1,
  varied: true,
};

/** A training on somebody's own pictures. */
export interface PictureRun {
  /** From 1. */
  readonly id: number;
  /** What the page that began it calls the pictures that it sent. */
  readonly mark: string;
  readonly settings: PictureSettings;
  readonly status: Exclude<RunStatus, "waiting">;
  readonly training: number;
  readonly validation: number;
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Pictures trained in a second. */
  readonly rate: number;
  readonly points: readonly StepPoint[];
  /** `valLoss` and `valAccuracy` are not numbers where no pictures are left for validation. */
  readonly epochs: readonly EpochPoint[];
  /** What the network answers to the validation pictures, once it is over. */
  readonly answers: readonly PictureAnswer[];
  /** Where it is kept, if it is. */
  readonly folder?: string;
  /** It could not be kept: it is there only until the studio is closed. */
  readonly isUnkept?: true;
  /** Why it failed. */
  readonly failure?: Failure;
}

export interface PictureAnswer {
  /** Its place among the pictures that were sent. */
  readonly picture: number;
  /** The number of its class. */
  readonly label: number;
  readonly probabilities: readonly number[];
}

/** Where a network looks, from 0 to 255, row by row. */
export interface PictureHeat {
  readonly height: number;
  readonly width: number;
  readonly values: string;
}

/** What a network for pictures consists of, for programs that compute it themselves: batch normalization is part of the convolutions. */
export interface PlainNetwork {
  readonly classes: readonly string[];
  readonly side: number;
  readonly channels: number;
  readonly layers: readonly PlainLayer[];
}

/** Weights are little-endian float32 numbers in base64. */
export type PlainLayer =
  /** 3 × 3 with padding, followed by ReLU and the largest of each 2 × 2; the kernel is [3, 3, inputs, filters]. */
  | { readonly kind: "convolution"; readonly filters: number; readonly kernel: string; readonly bias: string }
  /** Of the means of all maps; the kernel is [maps, classes]. Softmax follows. */
  | { readonly kind: "answer"; readonly kernel: string; readonly bias: string };
