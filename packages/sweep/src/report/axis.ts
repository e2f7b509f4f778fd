/** Where the values of an option lie on an axis, from 0 to 1. */
export interface Axis {
  readonly option: string;
  place(value: unknown): number;
  /** Labels along it. */
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly place: number;
  readonly text: string;
}

const tickCount = 5;
/** Significant digits of labels: as few as tell them apart. */
const [fewestDigits, mostDigits] = [3, 12];

/**
 * An axis for numbers, logarithmic where they span more than two powers of ten, or one place for each of other values.
 *
 * @param decimal what stands between a number's whole part and its decimals
 */
export function axisOf(option: string, values: readonly unknown[], decimal: string): Axis {
  const numbers = values.filter((value): value is number => typeof value === "number");
  if (numbers.length === values.length && new Set(numbers).size > 1) {
    return numberAxis(option, numbers, decimal);
  }
  const texts = [...new Set(values.map((value) => textOf(value, decimal)))];
  const placeOf = (index: number): number => (texts.length < 2 ? 0.5 : index / (texts.length - 1));
  return {
    option,
    place: (value) => placeOf(texts.indexOf(textOf(value, decimal))),
    ticks: texts.map((text, i) => ({ place: placeOf(i), text })),
  };
}

function numberAxis(option: string, numbers: readonly number[], decimal: string): Axis {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const isLog = low > 0 && high / low > 100;
  const share = (value: number): number =>
    isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const at = (place: number): number => (isLog ? low * (high / low) ** place : low + place * (high - low));
  const distinct = [...new Set(numbers)].sort((a, b) => a - b);
  const shown =
    distinct.length <= tickCount
      ? distinct
      : Array.from({ length: tickCount }, (_, i) => at(i / (tickCount - 1)));
  const texts = distinctTexts(shown);
  return {
    option,
    place: (value) => share(value as number),
    ticks: shown.map((value, i) => ({
      place: share(value),
      text: (texts[i] as string).replace(".", decimal),
    })),
  };
}

function distinctTexts(numbers: readonly number[]): string[] {
  for (let digits = fewestDigits; ; digits++) {
    const texts = numbers.map((value) => String(Number(value.toPrecision(digits))));
    if (new Set(texts).size === texts.length || digits === mostDigits) return texts;
  }
}

const textOf = (value: unknown, decimal: string): string => {
  const named = value as { readonly type?: unknown } | null | undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value).replace(".", decimal);
  return typeof named?.type === "string" ? named.type : (JSON.stringify(value) ?? "");
};
