import { InvalidArgumentError, Option } from "commander";
import { type Preparation, pictureFits } from "trazo/node";
import type { CliText } from "./text/index.js";

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
  ({ values: say }: CliText, accepts: (value: number) => boolean, expected: string) =>
  (given: string): number[] => {
    const values = given.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
    const fits = values.length === 1 || values.length === 3;
    if (fits && values.every((value) => Number.isFinite(value) && accepts(value))) return values;
    throw new InvalidArgumentError(say.perChannel(expected));
  };

/** Options about the numbers that a model is given. */
export const pixelOptions = (text: CliText): Option[] => [
  new Option("--pixels <range>", text.options.pixels).choices(Object.keys(pixelRanges)),
  new Option("--mean <numbers>", text.options.mean).argParser(numbers(text, () => true, text.values.number)),
  new Option("--std <numbers>", text.options.std).argParser(
    numbers(text, (value) => value > 0, text.values.positiveNumber),
  ),
];

/** Options about how picture files become a model's images. */
export const pictureOptions = ({ options }: CliText): Option[] => [
  new Option("--fit <how>", options.fit).choices(pictureFits),
  new Option("--ink <kind>", options.ink).choices(["light", "dark"]),
  new Option("--invert <when>", options.invert).choices(["auto", "yes", "no"]),
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
