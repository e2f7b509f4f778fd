import { RequestError } from "./request-error.js";

/** One class for an image. */
export interface Guess {
  /** The class's number, from 0. */
  readonly label: number;
  /** The class's name. */
  readonly class: string;
  readonly probability: number;
}

/** What the server answers for one image: the most probable class first. */
export interface Prediction extends Guess {
  /** One per class, in the order of the classes. */
  readonly probabilities: readonly number[];
  /** The most probable classes, when they were asked for. */
  readonly top?: readonly Guess[];
  /** The image as the model reads it, when it was asked for: `[height][width]`, or with channels; 0 to 255. */
  readonly input?: readonly unknown[];
  /** Why the picture may not have been read as it was meant, e.g. because there seem to be several digits. */
  readonly notes?: readonly string[];
}

/** What an answer is to contain besides probabilities. */
export interface AnswerParameters {
  /** How many of the most probable classes to list; none when undefined. */
  readonly top: number | undefined;
  /** Whether to show the image as the model reads it. */
  readonly input: boolean;
}

/** The pixels of an image as nested arrays; gray ones without an axis for the channel. */
export function nestedPixels(
  pixels: Uint8Array,
  [height, width, channels]: readonly [height: number, width: number, channels: number],
): readonly unknown[] {
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const at = (y * width + x) * channels;
      return channels === 1 ? pixels[at] : Array.from(pixels.subarray(at, at + channels));
    }),
  );
}

/** @param top how many of the most probable classes to list; none when undefined */
export function predictionOf(
  probabilities: Float32Array,
  classes: readonly string[],
  top: number | undefined,
): Prediction {
  const guess = (label: number): Guess => ({
    label,
    class: classes[label] as string,
    probability: probabilities[label] as number,
  });
  const best = guess(probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b))));
  const prediction = { ...best, probabilities: Array.from(probabilities) };
  if (top === undefined) return prediction;
  const ranked = Array.from(probabilities, (_, label) => guess(label));
  ranked.sort((a, b) => b.probability - a.probability);
  return { ...prediction, top: ranked.slice(0, top) };
}

/** The query parameters of `/predict`. @throws RequestError when one is unknown or invalid */
export function readParameters(query: unknown, classes: number): AnswerParameters {
  const { top, input, ...others } = query as { readonly top?: unknown; readonly input?: unknown };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new RequestError("wrong_parameter", `Unknown parameter "${unknown}". Known: top, input.`);
  }
  if (input !== undefined && input !== "true" && input !== "false") {
    throw new RequestError(
      "wrong_parameter",
      `input must be true or false, but got ${JSON.stringify(input)}.`,
    );
  }
  return { top: readTop(top, classes), input: input === "true" };
}

function readTop(top: unknown, classes: number): number | undefined {
  if (top === undefined) return undefined;
  const value = typeof top === "string" && /^\d{1,9}$/.test(top) ? Number(top) : 0;
  if (value >= 1 && value <= classes) return value;
  throw new RequestError(
    "wrong_parameter",
    `top must be an integer from 1 to ${classes}, but got ${JSON.stringify(top)}.`,
  );
}
