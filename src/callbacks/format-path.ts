import { TrazoError } from "../errors.js";

/**
 * Fills a template such as `model-{epoch:02d}-{val_loss:.4f}.h5`, with the part of Python's
 * `str.format` that numbers in file names need: `d`, `f`, `e`, zero padding, width, precision.
 *
 * @throws TrazoError for a name without a value, or a format that is not one of these.
 */
export function formatPath(template: string, values: Readonly<Record<string, number>>): string {
  return template.replace(/\{([^{}:]*)(?::([^{}]*))?\}/g, (_, name: string, spec: string | undefined) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) {
      const known = Object.keys(values).join(", ");
      throw new TrazoError(
        `The path "${template}" asks for {${name}}, which is not available. Available: ${known}.`,
      );
    }
    return formatNumber(value, spec ?? "", template);
  });
}

function formatNumber(value: number, spec: string, template: string): string {
  const parts = /^(0?)(\d*)(?:\.(\d+))?([dfe]?)$/.exec(spec);
  if (!parts) throw new TrazoError(`The path "${template}" has a format ":${spec}" that is not understood.`);
  const [, zero, width, precision, kind] = parts;
  const digits = precision === undefined ? 6 : Number(precision);
  const text =
    kind === "f"
      ? value.toFixed(digits)
      : kind === "e"
        ? value.toExponential(digits).replace(/e([+-])(\d)$/, "e$10$2")
        : String(value);
  return text.padStart(Number(width || 0), zero ? "0" : " ");
}
