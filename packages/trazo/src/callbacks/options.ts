import { platform } from "#platform";
import { option, type RequiredOption, withDefault } from "../schema/option.js";

/** A number that may be infinite, such as a value to beat. */
export const anyNumber = (): RequiredOption<number, number> =>
  option<number>({
    expected: "a number",
    json: { type: "number" },
    accept: (value) => (typeof value === "number" && !Number.isNaN(value) ? value : undefined),
  });

/** A function, as it was given. */
export const callable = <F extends (...args: never[]) => unknown>(): RequiredOption<F, F> =>
  option<F>({
    expected: "a function",
    accept: (value) => (typeof value === "function" ? (value as F) : undefined),
  });

/** A file or folder, given as a path or URL. */
export const path = (): RequiredOption<string | URL, string> => ({
  expected: "a path",
  parse: (value, what) => platform.files.path(value as string | URL, what),
  toKeras: (kept) => kept,
  fromKeras: (json) => json,
  optional: false,
});

/** Whether to print. As in Keras any number above 0, and true, stand for 1. */
export const verbosity = () =>
  withDefault(
    option<0 | 1>({
      expected: "0 or 1",
      json: { enum: [0, 1] },
      accept: (value) =>
        typeof value === "boolean" || (Number.isInteger(value) && (value as number) >= 0)
          ? value
            ? 1
            : 0
          : undefined,
    }),
    0,
  );
