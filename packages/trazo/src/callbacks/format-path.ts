import { TrazoError } from "../errors.js";
import { pythonExponent, pythonFixed, pythonFloat } from "./python-number.js";

/**
 * Fills a template such as `model-{epoch:02d}-{val_loss:.4f}.h5`, with the part of Python's
 * `str.format` that numbers in file names need: `d`, `f`, `e`, zero padding, width, precision. Without one of the letters,
 * a number is written as Python's `str` does: `1` as a count, `1.0` as a value.
 *
 * @throws TrazoError for a name without a value, or a format that is not one of these.
 */
export function formatPath(
  template: string,
  values: Readonly<Record<string, number>>,
  counts: Readonly<Record<string, number>>,
): string {
  const all = { ...values, ...counts };
  return template.replace(/\{([^{}:]*)(?::([^{}]*))?\}/g, (_, name: string, spec: string | undefined) => {
    const value = Object.hasOwn(all, name) ? all[name] : undefined;
    if (value === undefined) {
      const known = Object.keys(all).join(", ");
      throw new TrazoError(
        `The path "${template}" asks for {${name}}, which is not available. Available: ${known}.`,
      );
    }
    const plain = Object.hasOwn(counts, name) ? String(value) : pythonFloat(value);
    return formatNumber(value, plain, spec ?? "", template);
  });
}

function formatNumber(value: number, plain: string, spec: string, template: string): string {
  const parts = /^(0?)(\d{0,2})(?:\.(\d{1,2}))?([dfe]?)$/.exec(spec);
  const [, zero, width, precision, kind] = parts ?? [];
  const isWhole = kind !== "f" && kind !== "e";
  if (!parts || (isWhole && precision !== undefined)) {
    throw new TrazoError(
      `The path "${template}" has a format ":${spec}" that is not understood. Use ones such as :02d, :.4f, :.2e.`,
    );
  }
  if (kind === "d" && !Number.isInteger(value)) {
    throw new TrazoError(
      `The path "${template}" has a format ":${spec}" for ${value}, which is not an integer.`,
    );
  }
  const digits = precision === undefined ? 6 : Number(precision);
  const texts = {
    d: String(value),
    f: pythonFixed(value, digits),
    e: pythonExponent(value, digits),
    "": plain,
  };
  const text = texts[kind as keyof typeof texts];
  return zero ? zeroFilled(text, Number(width || 0)) : text.padStart(Number(width || 0));
}

/** Zeros go between the sign and the digits. */
function zeroFilled(text: string, width: number): string {
  return text.startsWith("-") ? `-${text.slice(1).padStart(width - 1, "0")}` : text.padStart(width, "0");
}
