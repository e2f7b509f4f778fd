import { TrazoError } from "../errors.js";
import type { Color } from "./images/channels.js";
import { type Interpolation, interpolations } from "./images/interpolation.js";

/** The ways in which a picture is brought to the size that a model reads. */
export const pictureFits = ["digit", "stretch", "contain", "crop"] as const;

/**
 * How pictures become what a model reads: first images of bytes from 0 to 255 in the model's size (`ink`, `invert`, `fit`), then
 * numbers, `(byte / divisor - mean) / std`.
 */
export interface Preparation {
  /** What bytes from 0 to 255 are divided by: 255 for pixels from 0 to 1, 127.5 with a mean of 1 for -1 to 1, 1 for bytes. */
  readonly divisor: number;
  /** Subtracted after the division: one number, or one per channel. */
  readonly mean: readonly number[];
  /** Divides after the subtraction: one number, or one per channel. */
  readonly std: readonly number[];
  /** Whether the pictures that the model was trained on are light ink on dark, as MNIST's, or dark ink on light. */
  readonly ink: "light" | "dark";
  /**
   * Whether the negative of a picture is taken. `"auto"`: when a gray picture is not light on dark, or dark on light, as `ink`
   * says; never for a color picture that is not read as a digit.
   */
  readonly invert: "auto" | boolean;
  /**
   * - `"digit"`: crop to the ink, scale it to 20/28 of the size and center its mass, as MNIST's images were made
   * - `"stretch"`: the whole picture, its proportions changed
   * - `"contain"`: the whole picture, its proportions kept, with bars of the background's color
   * - `"crop"`: the middle of the picture, its proportions kept
   */
  readonly fit: (typeof pictureFits)[number];
  /**
   * How the pixels of a resized picture come about: exactly as `readImage` and `directoryDataset` make them with this option. Undefined:
   * a large picture is first brought to about twice the model's size, then averaged.
   */
  readonly interpolation?: Interpolation | undefined;
  /** With `interpolation`: whether every pixel of a picture that shrinks counts. Default false, as in Keras. */
  readonly antialias?: boolean | undefined;
  /** With `interpolation`: what shows through where a picture is transparent. Default: opacity is ignored, as in Keras. */
  readonly background?: Color | undefined;
}

/** The part that makes numbers of bytes. */
export type PixelScale = Pick<Preparation, "divisor" | "mean" | "std">;

/** The part that makes images of pictures. */
export type PicturePreparation = Pick<
  Preparation,
  "ink" | "invert" | "fit" | "interpolation" | "antialias" | "background"
>;

/** Pixels from 0 to 1. */
export const unitScale: PixelScale = { divisor: 255, mean: [0], std: [1] };

/** Bytes as they are. */
export const byteScale: PixelScale = { divisor: 1, mean: [0], std: [1] };

/** As MNIST's images were made. */
export const digitPictures: PicturePreparation = { ink: "light", invert: "auto", fit: "digit" };

/** Whether the scale does nothing but divide. */
export const onlyDivides = ({ mean, std }: PixelScale): boolean =>
  mean.every((value) => value === 0) && std.every((value) => value === 1);

/** The entry of a file's metadata that holds a preparation, as JSON. */
export const preparationKey = "trazo_preparation";

/**
 * Checks what a file or an option says of a preparation; other fields are left out.
 *
 * @param refuse told what is wrong, throws
 */
export function checkPreparation(value: unknown, refuse: (reason: string) => never): Partial<Preparation> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return refuse("it is not an object");
  const fields = value as Record<keyof Preparation, unknown>;
  const checked: Record<string, unknown> = {};
  for (const [name, { fits, expected }] of Object.entries(rules)) {
    const field = fields[name as keyof Preparation];
    if (field === undefined) continue;
    if (!fits(field))
      return refuse(`${name} must be ${expected}, but is ${JSON.stringify(field).slice(0, 60)}`);
    checked[name] = field;
  }
  return checked;
}

interface Rule {
  readonly fits: (value: unknown) => boolean;
  readonly expected: string;
}

const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
const areNumbers = (value: unknown, test: (one: number) => boolean): boolean =>
  Array.isArray(value) &&
  (value.length === 1 || value.length === 3) &&
  value.every((one) => isNumber(one) && test(one));
const oneOf = (...known: readonly unknown[]): Rule => ({
  fits: (value) => known.includes(value),
  expected: known.map((one) => JSON.stringify(one)).join(" or "),
});

const rules: { readonly [Name in keyof Preparation]-?: Rule } = {
  divisor: { fits: (value) => isNumber(value) && value > 0, expected: "a positive number" },
  mean: { fits: (value) => areNumbers(value, () => true), expected: "a list of one number or three" },
  std: {
    fits: (value) => areNumbers(value, (one) => one > 0),
    expected: "a list of one positive number or three",
  },
  ink: oneOf("light", "dark"),
  invert: oneOf("auto", true, false),
  fit: oneOf(...pictureFits),
  interpolation: oneOf(...interpolations),
  antialias: oneOf(true, false),
  background: {
    fits: (value) =>
      Array.isArray(value) &&
      value.length === 3 &&
      value.every((one) => isNumber(one) && one >= 0 && one <= 255),
    expected: "a list of three numbers from 0 to 255",
  },
};

/**
 * Reads a preparation that a file holds as JSON.
 *
 * @param where the file and the place in it, for messages
 * @throws TrazoError when it is damaged
 */
export function parsePreparation(text: string, where: string): Partial<Preparation> {
  const refuse = (reason: string): never => {
    throw new TrazoError(`${where} does not say how pictures are prepared: ${reason}.`);
  };
  try {
    return checkPreparation(JSON.parse(text), refuse);
  } catch (error) {
    if (error instanceof TrazoError) throw error;
    return refuse(`"${text.slice(0, 60)}" is not JSON`);
  }
}
