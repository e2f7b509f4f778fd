import { TrazoError } from "../errors.js";

/** @throws TrazoError unless `value` is a whole number that is not negative */
export function countOption(value: number, what: string): number {
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new TrazoError(`${what} must be a whole number from 0 up, but got ${value}.`);
}

/** @throws TrazoError unless `value` is a number and not NaN */
export function numberOption(value: number, what: string): number {
  if (typeof value === "number" && !Number.isNaN(value)) return value;
  throw new TrazoError(`${what} must be a number, but got ${value}.`);
}
