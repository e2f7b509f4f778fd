import { type Json, type JsonObject, TrazoError } from "../errors.js";
import { isObject } from "../keras-object.js";
import type { FloatKeysOf } from "./float-keys.js";

/**
 * A configuration as Python's JSON has it: a float keeps its point where its value is whole. Keras refuses an integer as
 * `learning_rate`, and computes schedules from an integer in integers.
 *
 * @param floats the float entries of each class
 * @param context the class whose configuration the value is in, and the entry that it is of
 */
export function pythonJson(value: Json, floats: FloatKeysOf, context: Context = {}): string {
  const { className, key = "" } = context;
  if (typeof value === "number" && Number.isSafeInteger(value) && floats(className).has(key))
    return `${value}.0`;
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item, floats, context)).join(", ")}]`;
  if (typeof value === "string") return pythonString(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const within = classOf(value) ?? className;
  const isByName = byOutputs.has(key) && value.class_name === undefined;
  const entries = Object.entries(value).map(
    ([name, item]) =>
      `${pythonString(name)}: ${pythonJson(item, floats, { className: within, key: isByName ? key : name })}`,
  );
  return `{${entries.join(", ")}}`;
}

/** Entries whose keys are the names of a model's outputs, which may be called like an option. */
const byOutputs: ReadonlySet<string> = new Set([
  "input_layers",
  "output_layers",
  "loss",
  "loss_weights",
  "metrics",
  "weighted_metrics",
]);

interface Context {
  readonly className?: string | undefined;
  readonly key?: string | undefined;
}

/** The class of an object: its registered name where it is not Keras's own. */
function classOf({ class_name, registered_name, config }: JsonObject): string | undefined {
  if (typeof class_name !== "string" || !isObject(config)) return undefined;
  return typeof registered_name === "string" ? registered_name : class_name;
}

/** Python escapes whatever is not ASCII. */
const pythonString = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

/** More than any configuration of layers has, and few enough to fit into memory as objects. */
const mostValues = 500_000;
const deepest = 100;

/**
 * Reads an object that Python's JSON wrote: it has bare NaN and infinities, which become texts.
 *
 * @param what names the text in errors
 * @throws TrazoError when it is not a JSON object, or has more than 500,000 values or 100 levels
 */
export function parsePythonJson(text: string, what: string): JsonObject {
  const json = quoteBareNumbers(text, what);
  try {
    const parsed = JSON.parse(json) as Json;
    if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // Falls through to the error below, which says more than the parser's.
  }
  throw new TrazoError(`${what} is not valid JSON; the file is damaged.`);
}

/**
 * The text with NaN and infinities as strings, in one pass, which also counts values and levels: a text may have far more of both
 * than its compressed file has bytes.
 */
function quoteBareNumbers(text: string, what: string): string {
  const pieces: string[] = [];
  let [copied, values, depth] = [0, 0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote:
        at = endOfString(text, at);
        break;
      case comma:
        values++;
        break;
      case bracket:
      case brace:
        values++;
        depth++;
        break;
      case closingBracket:
      case closingBrace:
        depth--;
        break;
      case capitalN:
      case capitalI: {
        const word = ["NaN", "Infinity"].find((name) => text.startsWith(name, at));
        if (!word) break;
        const begin = text[at - 1] === "-" ? at - 1 : at;
        pieces.push(text.slice(copied, begin), '"', text.slice(begin, at + word.length), '"');
        copied = at + word.length;
        at = copied - 1;
      }
    }
    if (values <= mostValues && depth <= deepest) continue;
    throw new TrazoError(
      `${what} has more than ${mostValues.toLocaleString("en-US")} values, or more than ${deepest} levels of lists and objects.`,
    );
  }
  return copied === 0 ? text : pieces.join("") + text.slice(copied);
}

const [quote, backslash, comma, bracket, closingBracket, brace, closingBrace, capitalN, capitalI] = [
  ...'"\\,[]{}NI',
].map((letter) => letter.charCodeAt(0));

/** Where the closing quote of a string is. */
function endOfString(text: string, begin: number): number {
  for (let at = begin + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) return at;
    if (code === backslash) at++;
  }
  return text.length;
}
