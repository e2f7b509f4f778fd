/** Where epochs are written below an axis: at whole ones. */
export function epochTicks(_least: number, most: number): number[] {
  const step = most > 20 ? 5 : most > 10 ? 2 : 1;
  return Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
}

/** Where values are written beside an axis: some five of them, evenly spread over round numbers. */
export function evenTicks(least: number, most: number): number[] {
  const span = most - least;
  if (!(span > 0)) return [least];
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const first = Math.ceil(least / step);
  return Array.from({ length: Math.floor(most / step) - first + 1 }, (_, i) => (first + i) * step);
}
