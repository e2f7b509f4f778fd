import { printableLines } from "./printable.js";

/**
 * An error made for people: what was wrong, where, what was expected, what to do.
 * The command line prints its message alone, without a stack trace. Messages quote files, so what would steer a terminal is escaped,
 * and a very long message loses its middle.
 */
export class TrazoError extends Error {
  override name = "TrazoError";

  constructor(message: string, options?: ErrorOptions) {
    super(printableLines(shortened(message)), options);
  }
}

const [longestStart, longestEnd] = [1200, 400];

const shortened = (message: string): string =>
  message.length <= longestStart + longestEnd
    ? message
    : `${message.slice(0, longestStart)} … ${message.slice(-longestEnd)}`;

/** A value of any kind in the words of an error message. */
export function inWords(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") {
    return `the function ${value.name}${"definition" in value ? ", which has to be called" : ""}`;
  }
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (ArrayBuffer.isView(value)) return `a ${value.constructor.name}`;
  if (typeof value !== "object" || value === null) return String(value);
  if ("then" in value && typeof value.then === "function") return "a promise, which has to be awaited";
  if ("flow" in value && "writeBatch" in value) {
    return "an image generator, of which generator.flow(x, y) has to be given";
  }
  if ("dtype" in value && "shape" in value && Array.isArray(value.shape)) {
    return `a ${String(value.dtype)} tensor of shape [${value.shape.join(", ")}]`;
  }
  if ("className" in value && typeof value.className === "string")
    return `an object of class ${value.className}`;
  const names = Object.keys(value).slice(0, 4);
  return names.length > 0 ? `an object with ${names.join(", ")}` : "an empty object";
}

/** Any value that JSON can hold: Keras configurations are made of these. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A JSON object, e.g. the configuration of a layer. */
export type JsonObject = { [key: string]: Json };
