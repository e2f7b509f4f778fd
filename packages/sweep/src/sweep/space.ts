import { createHash } from "node:crypto";
import { type ConfigNode, type Place, pathText } from "../configuration/config-node.js";
import { parsePath, type Setting } from "../configuration/set-option.js";

/** The values that one option may have. */
export type Choices =
  | { readonly type: "list"; readonly values: readonly unknown[] }
  | {
      readonly type: "range";
      readonly min: number;
      readonly max: number;
      /** Whether factors count, not differences. */
      readonly isLog: boolean;
      readonly isInteger: boolean;
      /** Points that a grid takes of it. */
      readonly steps: number | undefined;
    };

/** An option that a sweep varies. */
export interface Dimension {
  /** As it was written: `optimizer.learningRate`. */
  readonly option: string;
  readonly choices: Choices;
  /** Where it was said, for messages. */
  readonly place: Place;
}

/**
 * Reads the options that a sweep varies: each with a list of values, or a range, `{ min, max, scale: log, integer: true, steps: 5 }`.
 *
 * @throws TrazoError with the place of what is wrong
 */
export function readSpace(node: ConfigNode): Dimension[] {
  if (node.isAbsent) return [];
  return Object.keys(node.object()).map((option) => {
    const child = node.child(option);
    return { option, choices: readChoices(child), place: child.place };
  });
}

function readChoices(node: ConfigNode): Choices {
  if (Array.isArray(node.value)) {
    const { length } = node.value;
    return length > 0 ? { type: "list", values: node.value } : node.fail((text) => text.noValues);
  }
  if (typeof node.value !== "object" || node.value === null) {
    return node.fail(({ noChoices }) => noChoices(node.value));
  }
  const { min, max, scale, integer, steps } = node.fields(["min", "max", "scale", "integer", "steps"]);
  const range = {
    type: "range" as const,
    min: min.number(),
    max: max.number(),
    isLog: scale.isAbsent ? false : readScale(scale),
    isInteger: integer.value === true,
    steps: steps.isAbsent ? undefined : steps.whole(2),
  };
  if (range.min >= range.max) max.fail(({ notAboveMin }) => notAboveMin(range.min, range.max));
  if (range.isLog && range.min <= 0) min.fail(({ notAboveZero }) => notAboveZero(range.min));
  return range;
}

function readScale(node: ConfigNode): boolean {
  if (node.value === "log" || node.value === "linear") return node.value === "log";
  return node.fail(({ unknownScale }) => unknownScale(node.value));
}

/** An option with one of its values. */
export interface Point {
  readonly dimension: Dimension;
  readonly value: unknown;
}

export const settingOf = ({ dimension, value }: Point): Setting => ({
  path: parsePath(dimension.option),
  value,
  place: dimension.place,
});

/** Every combination, the last option varying fastest. */
export function gridOf(dimensions: readonly Dimension[], node: ConfigNode): Point[][] {
  return dimensions.reduce<Point[][]>(
    (points, dimension) => {
      const values = gridValues(dimension, node);
      return points.flatMap((point) => values.map((value) => [...point, { dimension, value }]));
    },
    [[]],
  );
}

function gridValues({ option, choices }: Dimension, node: ConfigNode): readonly unknown[] {
  if (choices.type === "list") return choices.values;
  const { steps } = choices;
  if (steps === undefined) {
    return node.child(option).fail((text) => text.lacksSteps);
  }
  return [...new Set(Array.from({ length: steps }, (_, i) => at(choices, i / (steps - 1))))];
}

/** A point drawn at random; the same for the same seed and number, whatever else is drawn. */
export const drawPoint = (dimensions: readonly Dimension[], seed: number, number: number): Point[] =>
  dimensions.map((dimension) => ({
    dimension,
    value: at(dimension.choices, uniform(`${seed} ${number} ${pathText([dimension.option])}`)),
  }));

/** The value at a share of the way, from 0 to 1. */
function at(choices: Choices, share: number): unknown {
  if (choices.type === "list") {
    return choices.values[Math.min(choices.values.length - 1, Math.floor(share * choices.values.length))];
  }
  const { min, max, isLog, isInteger } = choices;
  const value = isLog ? min * (max / min) ** share : min + (max - min) * share;
  const within = Math.min(max, Math.max(min, value));
  return isInteger ? Math.round(within) : Number(within.toPrecision(6));
}

/** From 0 to below 1, of a text's hash. */
const uniform = (text: string): number =>
  createHash("sha256").update(text).digest().readUIntBE(0, 6) / 2 ** 48;
