/** Round numbers of an axis, the same distance apart, from the least at or above `low` to the last at or below `high`. */
export function ticks(low: number, high: number, about: number): number[] {
  const step = roundStep((high - low) / about);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

/** The distance of 1, 2 or 5 times a power of ten that is nearest above. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= step * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** A tick's number, with the digits that tell it from its neighbors. */
export function tickText(value: number, step: number): string {
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return digits > 6 ? value.toExponential(1) : value.toFixed(digits);
}
