import { option, type RequiredOption } from "./option.js";

/** One axis, or a list of axes. */
export const axes = (): RequiredOption<number | readonly number[], readonly number[]> =>
  option<number | readonly number[], readonly number[]>({
    expected: "an axis or a list of axes, counted with the batch as axis 0, or from the end",
    accept(value) {
      const list: unknown = typeof value === "number" ? [value] : value;
      return Array.isArray(list) && list.every(Number.isSafeInteger) ? [...list] : undefined;
    },
    toKeras: (list) => [...list],
  });

/** Numbers of classes, at least one of them. */
export const classNumbers = (): RequiredOption<readonly number[], readonly number[]> =>
  option<readonly number[]>({
    expected: "a list of class numbers, at least one",
    accept(value) {
      const isList = Array.isArray(value) && value.length > 0;
      return isList && value.every((one) => Number.isSafeInteger(one) && one >= 0) ? [...value] : undefined;
    },
    toKeras: (list) => [...list],
    json: { type: "array", items: { type: "integer", minimum: 0 }, minItems: 1 },
  });
