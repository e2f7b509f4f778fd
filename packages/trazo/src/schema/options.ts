import type { Json, JsonObject } from "../errors.js";
import { plain } from "../names.js";
import { type HiddenOption, option, type RequiredOption } from "./option.js";

/** Bounds of a number. */
export interface Bounds {
  /** The least value, itself allowed. */
  readonly min?: number;
  /** The greatest value, itself allowed. */
  readonly max?: number;
  /** Every value is greater than this. */
  readonly above?: number;
  /** Every value is less than this. */
  readonly below?: number;
}

/**
 * A finite number within bounds; a float in Python.
 *
 * @example
 * ```ts
 * const learningRate = withDefault(number({ above: 0 }), 0.001);
 * ```
 */
export const number = (bounds: Bounds = {}): RequiredOption<number, number> =>
  option<number>({
    expected: `a finite number${boundsText(bounds)}`,
    accept: (value) =>
      typeof value === "number" && Number.isFinite(value) && within(value, bounds) ? value : undefined,
    json: { type: "number", ...jsonBounds(bounds) },
    float: true,
  });

/** A finite number within bounds that Python has as it was given, e.g. a count of steps. */
export const count = (bounds: Bounds = {}): RequiredOption<number, number> => ({
  ...number(bounds),
  float: false,
});

/**
 * An integer within bounds, which a float64 holds exactly.
 *
 * @example
 * ```ts
 * const axis = withDefault(integer({ min: -1 }), -1);
 * ```
 */
export const integer = (bounds: Bounds = {}): RequiredOption<number, number> =>
  option<number>({
    expected: `an integer${boundsText(bounds)}`,
    accept: (value) =>
      Number.isSafeInteger(value) && within(value as number, bounds) ? (value as number) : undefined,
    json: { type: "integer", ...jsonBounds(bounds) },
  });

/**
 * A positive integer.
 *
 * @example
 * ```ts
 * const units = positiveInteger();
 * ```
 */
export const positiveInteger = (): RequiredOption<number, number> =>
  option<number>({
    expected: "a positive integer",
    accept: (value) => (isPositiveInteger(value) ? value : undefined),
    json: positive,
  });

const positive = { type: "integer", minimum: 1 };

/** Whatever a file has there. */
export const anything = (): RequiredOption<unknown, unknown> =>
  option<unknown>({ expected: "anything", accept: (value) => value });

/**
 * A share: at least 0 and less than 1.
 *
 * @example
 * ```ts
 * const dropout = rate(); // 0.5
 * ```
 */
export const rate = (): RequiredOption<number, number> => number({ min: 0, below: 1 });

/**
 * True or false.
 *
 * @example
 * ```ts
 * const useBias = withDefault(boolean(), true);
 * ```
 */
export const boolean = (): RequiredOption<boolean, boolean> =>
  option<boolean>({
    expected: "true or false",
    accept: (value) => (typeof value === "boolean" ? value : undefined),
    json: { type: "boolean" },
  });

/**
 * A string.
 *
 * @example
 * ```ts
 * const title = withDefault(text(), "untitled");
 * ```
 */
export const text = (): RequiredOption<string, string> =>
  option<string>({
    expected: "a text",
    accept: (value) => (typeof value === "string" ? value : undefined),
    json: { type: "string" },
  });

/**
 * One of several names. Case and underscores do not matter, as for all names.
 *
 * @example
 * ```ts
 * const padding = withDefault(oneOf(["valid", "same"]), "valid");
 * ```
 */
export const oneOf = <const T extends string>(names: readonly T[]): RequiredOption<T, T> =>
  option<T>({
    expected: `one of ${names.join(", ")}`,
    accept: (value) => names.find((name) => isSame(name, value)),
    json: { enum: [...names] },
  });

/** A size along height and width: one number for both, or a pair. */
export type SizeOption = number | readonly [number, number];

/**
 * Positive integers along height and width.
 *
 * @example
 * ```ts
 * const strides = withDefault(size(), 1); // 2 or [2, 1]
 * ```
 */
export const size = (): RequiredOption<SizeOption, readonly [number, number]> =>
  option<SizeOption, readonly [number, number]>({
    expected: "a positive integer, or two for height and width",
    accept(value) {
      const [height, width, ...others] = Array.isArray(value) ? value : [value, value];
      const fits = isPositiveInteger(height) && isPositiveInteger(width) && others.length === 0;
      return fits ? [height, width] : undefined;
    },
    json: { anyOf: [positive, { type: "array", items: positive, minItems: 2, maxItems: 2 }] },
    toKeras: (pair) => [...pair],
    fromKeras: (json) => (Array.isArray(json) && json.length === 1 ? json[0] : json),
  });

/**
 * Numbers in a list, each finite and within bounds; floats in Python.
 *
 * @example
 * ```ts
 * const boundaries = numbers({ min: 0 }); // [10, 20]
 * ```
 */
export const numbers = (bounds: Bounds = {}): RequiredOption<readonly number[], readonly number[]> => {
  const fits = (value: unknown): value is number => Number.isFinite(value) && within(value as number, bounds);
  return option<readonly number[]>({
    expected: `a list of finite numbers${boundsText(bounds)}`,
    accept: (value) => (Array.isArray(value) && value.every(fits) ? [...value] : undefined),
    toKeras: (list) => [...list],
    json: { type: "array", items: { type: "number", ...jsonBounds(bounds) } },
    float: true,
  });
};

/**
 * An option of Keras that has one meaning here: it may be given, and files may hold it, with these values only. The first is
 * what is written where it was left out. Callers do not see it.
 */
export function only<const T extends string | number | boolean | null>(
  ...values: readonly [T, ...T[]]
): HiddenOption<T, T> {
  const base = option<T>({
    expected: `${values.map((value) => JSON.stringify(value)).join(" or ")} (nothing else is supported)`,
    accept: (value) => values.find((allowed) => isSame(allowed, value)),
  });
  return { ...base, optional: true, neutral: values, fallback: () => values[0] };
}

/**
 * An option of Keras without a meaning here, such as the seed of Keras's own generator: files may hold what `base` accepts, and
 * get `written` in its place.
 */
export const discarded = <const T extends string | number | boolean | null = null>(
  base: RequiredOption<unknown, unknown>,
  written: T = null as T,
): HiddenOption<T, T> => ({
  ...only(written),
  fromKeras(json, where) {
    base.parse(json, where);
    return undefined;
  },
});

/**
 * An option of Keras that is not supported but matters in training only, such as `noise_shape`: what was read from a file
 * with it predicts without it, is saved again with it, and is not trained.
 */
export const trainingOnly = (): HiddenOption<null, Json> => ({
  ...option<null, Json>({ expected: "of JSON", accept: (value) => value as Json }),
  optional: true,
  neutral: [],
  isTrainingOnly: (kept) => kept !== null,
  fallback: () => null,
});

/** The same value, or the same name. */
export const isSame = (allowed: unknown, value: unknown): boolean =>
  typeof allowed === "string" && typeof value === "string"
    ? plain(allowed) === plain(value)
    : allowed === value;

export const isPositiveInteger = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) > 0;

const within = (value: number, { min, max, above, below }: Bounds): boolean =>
  (min === undefined || value >= min) &&
  (max === undefined || value <= max) &&
  (above === undefined || value > above) &&
  (below === undefined || value < below);

const jsonBounds = ({ min, max, above, below }: Bounds): JsonObject => ({
  ...(min !== undefined && { minimum: min }),
  ...(max !== undefined && { maximum: max }),
  ...(above !== undefined && { exclusiveMinimum: above }),
  ...(below !== undefined && { exclusiveMaximum: below }),
});

function boundsText({ min, max, above, below }: Bounds): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  const parts = [
    min === undefined ? "" : `of at least ${min}`,
    above === undefined ? "" : `above ${above}`,
    max === undefined ? "" : `of at most ${max}`,
    below === undefined ? "" : `below ${below}`,
  ].filter(Boolean);
  return parts.length > 0 ? ` ${parts.join(" and ")}` : "";
}
