import { RequestError } from "./request-error.js";

/** One class for an image. */
export interface Guess {
  /** The class's number, from 0. */
  readonly label: number;
  /** The class's name. */
  readonly class: string;
  readonly probability: number;
}

/** What the server says of one image: the most probable class first of all. */
export interface Prediction extends Guess {
  /** One a class, in the classes' order. */
  readonly probabilities: readonly number[];
  /** The most probable classes, when they were asked for. */
  readonly top?: readonly Guess[];
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

/** The parameter `top` of an address. @throws RequestError when it is not a number of classes, or another parameter is given */
export function readTop(query: unknown, classes: number): number | undefined {
  const { top, ...others } = query as { readonly top?: unknown };
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new RequestError("wrong_parameter", `There is no parameter "${unknown}"; expected top or none.`);
  }
  if (top === undefined) return undefined;
  const value = typeof top === "string" && /^\d{1,9}$/.test(top) ? Number(top) : 0;
  if (value >= 1 && value <= classes) return value;
  throw new RequestError(
    "wrong_parameter",
    `top must be a whole number from 1 to ${classes}, but got ${JSON.stringify(top)}.`,
  );
}
