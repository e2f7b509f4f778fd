import { comparisonTexts, escaped, type Language, spread } from "@trazo/practice";
import { isLargerBetter, measured } from "../sweep/measure.js";
import type { SettingSummary, SweepSummary } from "../sweep/summary.js";
import { type Axis, axisOf } from "./axis.js";
import { inRows } from "./labels.js";

const font = "system-ui, sans-serif";
const ink = "#1c2733";
const muted = "#5a6672";
const grid = "#d6dce2";
/** Of axes' labels, in pixels: their height with the space between two, and a character's width. */
const [labelHeight, characterWidth] = [14, 6.2];

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
export function parallelCoordinates(summary: SweepSummary, title: string, language: Language): string {
  const shown = shownOf(summary);
  const decimal = decimalIn(language);
  const { measure } = summary.plan;
  const options = optionsOf(summary);
  const [width, height, top, side] = [Math.max(520, 150 * (options.length + 1)), 360, 46, 92];
  const axes = [
    ...options.map((option) =>
      axisOf(
        option,
        shown.map((one) => one.summary.setting.values[option]),
        decimal,
      ),
    ),
    axisOf(
      measure,
      shown.map(({ mean }) => mean),
      decimal,
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
    return `<polyline points="${points}" fill="none" stroke="${shadeOf(shade)}" stroke-width="${(1.2 + 1.8 * shade).toFixed(1)}"><title>${escaped(`${one.setting.name}: ${mean.toPrecision(5).replace(".", decimal)}`)}</title></polyline>`;
  });
  return svg(width, height, title, [...lines, ...axes.map((axis, i) => upright(axis, x(i), y))]);
}

/** From pale to dark blue. */
const shadeOf = (share: number): string =>
  `hsl(211 ${Math.round(25 + 55 * share)}% ${Math.round(80 - 50 * share)}%)`;

function upright(axis: Axis, x: number, y: (place: number) => number): string {
  const ticks = upLabels(axis, y).map(({ text, from, at }) =>
    [
      `<path d="M${x} ${from}H${x - 3}L${x - 7} ${at}" fill="none" stroke="${muted}"/>`,
      `<text x="${x - 9}" y="${at + 4}" text-anchor="end" font-size="11" fill="${muted}" stroke="white" stroke-width="3" paint-order="stroke">${escaped(shortened(text))}</text>`,
    ].join(""),
  );
  return [
    `<line x1="${x}" x2="${x}" y1="${y(1)}" y2="${y(0)}" stroke="${muted}"/>`,
    `<text x="${x}" y="24" text-anchor="middle" font-size="12" font-weight="600" fill="${ink}">${escaped(shortened(lastPart(axis.option), 20))}</text>`,
    ...ticks,
  ].join("");
}

/** Labels beside an upright axis: where what they name lies, and where they stand so that none covers another. */
function upLabels({ ticks }: Axis, y: (place: number) => number) {
  const [top, bottom] = [y(1), y(0)];
  const places = ticks.map(({ place }) => y(place) - top);
  const moved = spread(places, labelHeight, bottom - top);
  return ticks.map(({ text }, i) => ({
    text,
    from: rounded(top + (places[i] as number)),
    at: rounded(top + (moved[i] as number)),
  }));
}

const rounded = (value: number): number => Math.round(10 * value) / 10;

/** What stands between a number's whole part and its decimals. */
const decimalIn = (language: Language): string =>
  new Intl.NumberFormat(comparisonTexts[language].locale)
    .formatToParts(0.5)
    .find(({ type }) => type === "decimal")?.value ?? ".";

/** Every finished run by the value of one option, and the means, as SVG. */
export function scatter(summary: SweepSummary, option: string, title: string, language: Language): string {
  const shown = shownOf(summary);
  const decimal = decimalIn(language);
  const { measure } = summary.plan;
  const points = shown.flatMap(({ summary: one }) =>
    one.rows.flatMap(({ result, seed }) => {
      const value = result?.status === "finished" ? measured(result, measure) : undefined;
      return value === undefined ? [] : [{ setting: one.setting, seed, value }];
    }),
  );
  const across = axisOf(
    option,
    shown.map((one) => one.summary.setting.values[option]),
    decimal,
  );
  const up = axisOf(
    measure,
    points.map(({ value }) => value),
    decimal,
  );
  const [width, left] = [520, 72];
  const x = (place: number): number => left + 16 + place * (width - left - 40);
  const names = across.ticks.map(({ place, text }) => ({ middle: x(place), text: shortened(text, 16) }));
  const rows = inRows(
    names.map(({ middle, text }) => ({ middle, width: characterWidth * (text.length + 1) })),
  );
  const bottom = 38 + labelHeight * (1 + Math.max(0, ...rows));
  const height = 248 + bottom;
  const y = (place: number): number => 16 + (1 - place) * (height - bottom - 32);
  const lines = upLabels(up, y).map(
    ({ text, from, at }) =>
      `<path d="M${width - 8} ${from}H${left}L${left - 6} ${at}" fill="none" stroke="${grid}"/><text x="${left - 8}" y="${at + 4}" text-anchor="end" font-size="11" fill="${muted}">${escaped(text)}</text>`,
  );
  const below = names.map(
    ({ middle, text }, i) =>
      `<text x="${rounded(middle)}" y="${height - bottom + 16 + labelHeight * (rows[i] as number)}" text-anchor="middle" font-size="11" fill="${muted}">${escaped(text)}</text>`,
  );
  const dots = points.map(
    ({ setting, seed, value }) =>
      `<circle cx="${x(across.place(setting.values[option])).toFixed(1)}" cy="${y(up.place(value)).toFixed(1)}" r="4" fill="#1769aa" fill-opacity="0.55"><title>${escaped(`${setting.name}, ${seed}: ${value.toPrecision(5).replace(".", decimal)}`)}</title></circle>`,
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
