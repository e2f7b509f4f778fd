/** Where the values of an option lie on an axis, from 0 to 1. */
export interface Axis {
  readonly option: string;
  place(value: unknown): number;
  /** Labels along it. */
  readonly ticks: readonly { readonly place: number; readonly text: string }[];
}

const tickCount = 5;

/** An axis for numbers, logarithmic where they span more than two powers of ten, or one place for each of other values. */
export function axisOf(option: string, values: readonly unknown[]): Axis {
  const numbers = values.filter((value): value is number => typeof value === "number");
  if (numbers.length === values.length && new Set(numbers).size > 1) return numberAxis(option, numbers);
  const texts = [...new Set(values.map(textOf))];
  const placeOf = (index: number): number => (texts.length < 2 ? 0.5 : index / (texts.length - 1));
  return {
    option,
    place: (value) => placeOf(texts.indexOf(textOf(value))),
    ticks: texts.map((text, i) => ({ place: placeOf(i), text })),
  };
}

function numberAxis(option: string, numbers: readonly number[]): Axis {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const isLog = low > 0 && high / low > 100;
  const share = (value: number): number =>
    isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  const at = (place: number): number => (isLog ? low * (high / low) ** place : low + place * (high - low));
  const distinct = [...new Set(numbers)].sort((a, b) => a - b);
  if (distinct.length <= tickCount) {
    return {
      option,
      place: (value) => share(value as number),
      ticks: distinct.map((value) => ({ place: share(value), text: String(Number(value.toPrecision(4))) })),
    };
  }
  return {
    option,
    place: (value) => share(value as number),
    ticks: Array.from({ length: tickCount }, (_, i) => {
      const place = i / (tickCount - 1);
      return { place, text: String(Number(at(place).toPrecision(3))) };
    }),
  };
}

const textOf = (value: unknown): string => {
  const named = value as { readonly type?: unknown } | null | undefined;
  if (typeof value === "string") return value;
  return typeof named?.type === "string" ? named.type : (JSON.stringify(value) ?? "");
};
