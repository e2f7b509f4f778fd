import type uPlot from "uplot";
import { type ChartAxes, type ChartBand, type ChartSeries, dashes, xTextOf } from "../chart-lines.js";
import { escaped, round } from "./figure-svg.js";

/** What a chart shows, and how its place styles it. */
export interface DrawnChart {
  readonly plot: uPlot;
  readonly series: readonly ChartSeries[];
  readonly bands: readonly ChartBand[];
  readonly axes: ChartAxes;
  /** A color as the style sheet has it, in words of its own. */
  color(name: string): string;
  readonly fontFamily: string;
  readonly fontSize: number;
  splits(least: number, most: number): number[];
}

/** A chart's lines, points and axes as SVG, in pixels from the upper left corner of its canvas. */
export function chartSvg(chart: DrawnChart): string {
  const { plot, axes, color, fontSize, fontFamily } = chart;
  const { offsetLeft: left, offsetTop: top, clientWidth: width, clientHeight: height } = plot.over;
  const at = (x: number, y: number): string =>
    `${round(left + plot.valToPos(x, "x"))} ${round(top + plot.valToPos(y, "y"))}`;
  const [xLeast, xMost] = rangeOf(plot.scales.x);
  const [yLeast, yMost] = rangeOf(plot.scales.y);
  const text = (x: number, y: number, anchor: string, words: string): string =>
    `<text x="${round(x)}" y="${round(y)}" text-anchor="${anchor}" dominant-baseline="central" font-family="${escaped(fontFamily)}" ` +
    `font-size="${fontSize}" fill="${color("var(--muted)")}">${escaped(words)}</text>`;
  const grid = (from: string, to: string): string =>
    `<path d="M${from}L${to}" stroke="${color("var(--grid)")}" fill="none"/>`;
  const ySplits = axes.ySplits?.(yLeast, yMost) ?? chart.splits(yLeast, yMost);
  const xSplits = axes.xSplits?.(xLeast, xMost) ?? chart.splits(xLeast, xMost);
  return [
    ...xSplits.map((x) => grid(at(x, yLeast), at(x, yMost))),
    ...ySplits.map((y) => grid(at(xLeast, y), at(xMost, y))),
    ...chart.bands.map(
      ({ color: name, x, low, high }) =>
        `<path d="M${[...x.map((value, i) => at(value, high[i] ?? 0)), ...[...x.keys()].reverse().map((i) => at(x[i] as number, low[i] ?? 0))].join("L")}Z" fill="${color(name)}" fill-opacity="0.22"/>`,
    ),
    ...chart.series.map((one) => lineSvg(one, at, color)),
    ...xSplits.map((x) =>
      text(left + plot.valToPos(x, "x"), top + height + fontSize * 0.9, "middle", xTextOf(axes)(x)),
    ),
    ...ySplits.map((y) => text(left - fontSize * 0.4, top + plot.valToPos(y, "y"), "end", axes.yText(y))),
    text(left + width / 2, top + height + fontSize * 2.5, "middle", axes.x),
  ].join("");
}

const rangeOf = (scale: uPlot.Scale | undefined): readonly [number, number] => [
  scale?.min ?? 0,
  scale?.max ?? 1,
];

function lineSvg(
  { x, y, color: name, kind, isDimmed }: ChartSeries,
  at: (x: number, y: number) => string,
  color: (name: string) => string,
): string {
  const stroke = color(name);
  const opacity = isDimmed ? 0.3 : kind === "thin" ? 0.65 : 1;
  const known = x.flatMap((value, i) => {
    const height = y[i];
    return height === undefined || height === null || Number.isNaN(height) ? [] : [at(value, height)];
  });
  if (kind === "points" || kind === "diamonds") {
    // As on the screen, where what is published is not to be taken for measured.
    const shape =
      kind === "points"
        ? `<circle r="3.5" fill="${stroke}" stroke="${stroke}"`
        : `<path d="M0-6L6 0L0 6L-6 0Z" fill="${color("var(--surface)")}" stroke="${stroke}" stroke-width="1.75"`;
    return known.map((place) => `${shape} transform="translate(${place})" opacity="${opacity}"/>`).join("");
  }
  if (known.length === 0) return "";
  const width = kind === "thin" ? 1.25 : 2.5;
  const dash = kind === "dashed" ? ` stroke-dasharray="${dashes.join(" ")}"` : "";
  return `<path d="M${known.join("L")}" fill="none" stroke="${stroke}" stroke-width="${width}"${dash} opacity="${opacity}"/>`;
}
