import { InvalidArgumentError, Option } from "commander";
import { type Preparation, pictureFits } from "trazo/node";

/** How pictures are prepared, as the command line says it. */
export interface PreparationFlags {
  readonly pixels?: keyof typeof pixelRanges;
  readonly mean?: readonly number[];
  readonly std?: readonly number[];
  readonly ink?: Preparation["ink"];
  readonly invert?: "auto" | "yes" | "no";
  readonly fit?: Preparation["fit"];
}

/** Ranges of pixels that models are trained on. */
const pixelRanges = {
  "0..1": { divisor: 255 },
  "0..255": { divisor: 1 },
  "-1..1": { divisor: 127.5, mean: [1] },
} as const satisfies Readonly<Record<string, Partial<Preparation>>>;

const numbers =
  (accepts: (value: number) => boolean, expected: string) =>
  (text: string): number[] => {
    const values = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    const fits = values.length === 1 || values.length === 3;
    if (fits && values.every((value) => Number.isFinite(value) && accepts(value))) return values;
    throw new InvalidArgumentError(
      `It must be ${expected}, or three for red, green and blue, e.g. 0.5 or 0.49,0.46,0.41.`,
    );
  };

/** Options about the numbers that a model is given. */
export const pixelOptions = (): Option[] => [
  new Option(
    "--pixels <range>",
    "range of the pixels that the model was trained on; default: as its file says, else 0..1",
  ).choices(Object.keys(pixelRanges)),
  new Option(
    "--mean <numbers>",
    "subtracted from the pixels after that, one number or one per channel",
  ).argParser(numbers(() => true, "a number")),
  new Option("--std <numbers>", "divides the pixels after that").argParser(
    numbers((value) => value > 0, "a positive number"),
  ),
];

/** Options about how picture files become a model's images. */
export const pictureOptions = (): Option[] => [
  new Option(
    "--fit <how>",
    "how pictures get the model's size: digit crops to the ink and centers it, as MNIST's",
  ).choices(pictureFits),
  new Option(
    "--ink <kind>",
    "ink of the pictures that the model was trained on: light on dark, or dark on light",
  ).choices(["light", "dark"]),
  new Option(
    "--invert <when>",
    "take the pictures' negative; auto: when their ink differs from the model's",
  ).choices(["auto", "yes", "no"]),
];

/** What the options say; undefined when they say nothing. */
export function preparationOf(flags: PreparationFlags): Partial<Preparation> | undefined {
  const { pixels, mean, std, ink, invert, fit } = flags;
  const preparation: Partial<Preparation> = {
    ...(pixels && { ...plainScale, ...pixelRanges[pixels] }),
    ...(mean && { mean }),
    ...(std && { std }),
    ...(ink && { ink }),
    ...(invert && { invert: invert === "auto" ? invert : invert === "yes" }),
    ...(fit && { fit }),
  };
  return Object.keys(preparation).length > 0 ? preparation : undefined;
}

/** A range leaves nothing of the scale that the file says. */
const plainScale = { mean: [0], std: [1] };
