import { escaped } from "@trazo/practice";
import { isLargerBetter, measured } from "../sweep/measure.js";
import type { SettingSummary, SweepSummary } from "../sweep/summary.js";
import { type Axis, axisOf } from "./axis.js";

const font = "system-ui, sans-serif";
const ink = "#1c2733";
const muted = "#5a6672";
const grid = "#d6dce2";

interface Shown {
  readonly summary: SettingSummary;
  readonly mean: number;
}

const shownOf = ({ settings }: SweepSummary): Shown[] =>
  settings.flatMap((summary) => (summary.sample ? [{ summary, mean: summary.sample.mean }] : []));

/** The options that differ between settings. */
export function optionsOf({ plan }: SweepSummary): string[] {
  const options = new Set(plan.settings.flatMap(({ values }) => Object.keys(values)));
  return [...options].filter(
    (option) => new Set(plan.settings.map(({ values }) => JSON.stringify(values[option]))).size > 1,
  );
}

/** Every setting as a line through its options' values to what it is compared by, as SVG. */
export function parallelCoordinates(summary: SweepSummary, title: string): string {
  const shown = shownOf(summary);
  const { measure } = summary.plan;
  const options = optionsOf(summary);
  const [width, height, top, side] = [Math.max(520, 150 * (options.length + 1)), 360, 46, 70];
  const axes = [
    ...options.map((option) =>
      axisOf(
        option,
        shown.map((one) => one.summary.setting.values[option]),
      ),
    ),
    axisOf(
      measure,
      shown.map(({ mean }) => mean),
    ),
  ];
  const x = (i: number): number => side + (i * (width - 2 * side)) / Math.max(1, axes.length - 1);
  const y = (place: number): number => top + (1 - place) * (height - top - 24);
  // The best last, so that it lies on top.
  const lines = [...shown].reverse().map(({ summary: one, mean }, i) => {
    const values = [...options.map((option) => one.setting.values[option]), mean];
    const points = axes
      .map((axis, k) => `${x(k).toFixed(1)},${y(axis.place(values[k])).toFixed(1)}`)
      .join(" ");
    const shade = shown.length < 2 ? 1 : i / (shown.length - 1);
    return `<polyline points="${points}" fill="none" stroke="${shadeOf(shade)}" stroke-width="${(1.2 + 1.8 * shade).toFixed(1)}"><title>${escaped(`${one.setting.name}: ${mean.toPrecision(5)}`)}</title></polyline>`;
  });
  return svg(width, height, title, [...lines, ...axes.map((axis, i) => upright(axis, x(i), y))]);
}

/** From pale to dark blue. */
const shadeOf = (share: number): string =>
  `hsl(211 ${Math.round(25 + 55 * share)}% ${Math.round(80 - 50 * share)}%)`;

function upright(axis: Axis, x: number, y: (place: number) => number): string {
  const ticks = axis.ticks.map(
    ({ place, text }) =>
      `<text x="${x - 8}" y="${(y(place) + 4).toFixed(1)}" text-anchor="end" font-size="11" fill="${muted}" stroke="white" stroke-width="3" paint-order="stroke">${escaped(shortened(text))}</text>`,
  );
  return [
    `<line x1="${x}" x2="${x}" y1="${y(1)}" y2="${y(0)}" stroke="${muted}"/>`,
    `<text x="${x}" y="24" text-anchor="middle" font-size="12" font-weight="600" fill="${ink}">${escaped(shortened(lastPart(axis.option), 20))}</text>`,
    ...ticks,
  ].join("");
}

/** Every finished run by the value of one option, and the means, as SVG. */
export function scatter(summary: SweepSummary, option: string, title: string): string {
  const shown = shownOf(summary);
  const { measure } = summary.plan;
  const points = shown.flatMap(({ summary: one }) =>
    one.rows.flatMap(({ result, seed }) => {
      const value = result?.status === "finished" ? measured(result, measure) : undefined;
      return value === undefined ? [] : [{ setting: one.setting, seed, value }];
    }),
  );
  const [width, height, left, bottom] = [520, 300, 72, 52];
  const across = axisOf(
    option,
    shown.map((one) => one.summary.setting.values[option]),
  );
  const up = axisOf(
    measure,
    points.map(({ value }) => value),
  );
  const x = (place: number): number => left + 16 + place * (width - left - 40);
  const y = (place: number): number => 16 + (1 - place) * (height - bottom - 32);
  const lines = up.ticks.map(
    ({ place, text }) =>
      `<line x1="${left}" x2="${width - 8}" y1="${y(place)}" y2="${y(place)}" stroke="${grid}"/><text x="${left - 8}" y="${y(place) + 4}" text-anchor="end" font-size="11" fill="${muted}">${escaped(text)}</text>`,
  );
  const below = across.ticks.map(
    ({ place, text }) =>
      `<text x="${x(place)}" y="${height - bottom + 16}" text-anchor="middle" font-size="11" fill="${muted}">${escaped(shortened(text, 16))}</text>`,
  );
  const dots = points.map(
    ({ setting, seed, value }) =>
      `<circle cx="${x(across.place(setting.values[option])).toFixed(1)}" cy="${y(up.place(value)).toFixed(1)}" r="4" fill="#1769aa" fill-opacity="0.55"><title>${escaped(`${setting.name}, ${seed}: ${value.toPrecision(5)}`)}</title></circle>`,
  );
  return svg(width, height, title, [
    ...lines,
    ...below,
    `<text x="${(left + width) / 2}" y="${height - 8}" text-anchor="middle" font-size="12" font-weight="600" fill="${ink}">${escaped(option)}</text>`,
    `<text transform="translate(14 ${(height - bottom) / 2}) rotate(-90)" text-anchor="middle" font-size="12" font-weight="600" fill="${ink}">${escaped(measure)}</text>`,
    ...dots,
  ]);
}

const lastPart = (option: string): string => option.split(".").at(-1) ?? option;
const shortened = (text: string, most = 12): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

const svg = (width: number, height: number, title: string, parts: readonly string[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="${font}" role="img" aria-label="${escaped(title)}"><rect width="100%" height="100%" fill="white"/>${parts.join("\n")}</svg>\n`;

/** The best value of each epoch so far as a line of blocks, for a terminal. */
export function sparkline(values: readonly number[], measure: string, most = 16): string {
  const blocks = "▁▂▃▄▅▆▇█";
  const shown = values.slice(-most);
  const [low, high] = [Math.min(...shown), Math.max(...shown)];
  const turned = isLargerBetter(measure) ? shown : shown.map((value) => low + high - value);
  return turned
    .map((value) => blocks[high === low ? 3 : Math.round(((value - low) / (high - low)) * 7)])
    .join("");
}
