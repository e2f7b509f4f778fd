import { useEffect, useMemo, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { type ChartAxes, type ChartBand, type ChartSeries, dashes, xTextOf } from "./chart-lines.js";
import { chartSvg, type DrawnChart } from "./figure/chart-svg.js";
import { colorText } from "./figure/color-text.js";
import type { ChartAsked } from "./figure/figure-svg.js";
import { evenTicks } from "./ticks.js";

/** Lines over a common axis, drawn by uPlot. The chart takes the size of its place. */
export function Chart({
  series: lines,
  bands = [],
  axes,
  label,
}: {
  readonly series: readonly ChartSeries[];
  readonly bands?: readonly ChartBand[];
  readonly axes: ChartAxes;
  readonly label: string;
}) {
  // The edges of bands are lines that are not drawn, behind all others.
  const series = useMemo(() => [...bands.flatMap(edgesOf), ...lines], [bands, lines]);
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const shown = useRef(axes);
  shown.current = axes;
  const latest = useRef({ series: lines, bands, axes });
  latest.current = { series: lines, bands, axes };
  // Another set of lines, or other colors, need another plot; new values do not.
  const theme = document.documentElement.dataset.look ?? "";
  const shape = `${theme} ${axes.x} ${axes.y} ${series.map(({ label, color, kind, isDimmed }) => [label, color, kind, isDimmed].join()).join(";")}`;

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = new uPlot(
      optionsOf(element, series, bands, () => shown.current),
      dataOf(series),
      element,
    );
    plot.current = made;
    const { ctx } = made;
    const canvas = ctx.canvas as HTMLCanvasElement;
    canvas.addEventListener("chart-asked", (event) => {
      (event as ChartAsked).svg = chartSvg({ ...drawnChart(element), plot: made, ...latest.current });
    });
    const observer = new ResizeObserver(() => made.setSize(sizeOf(element)));
    observer.observe(element);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const redraw = (): void => made.redraw(false, true);
    scheme.addEventListener("change", redraw);
    return () => {
      scheme.removeEventListener("change", redraw);
      observer.disconnect();
      made.destroy();
    };
  }, [shape]);

  useEffect(() => {
    plot.current?.setData(dataOf(series));
  }, [series, axes.mark]);

  return <div ref={place} class="chart" role="img" aria-label={label} />;
}

/** What the place of a chart gives to its picture. */
function drawnChart(element: HTMLElement): Pick<DrawnChart, "color" | "fontFamily" | "fontSize" | "splits"> {
  const { fontFamily, fontSize } = getComputedStyle(element);
  return {
    color: (name) => colorText(cssColor(element, name)),
    fontFamily,
    fontSize: Number.parseFloat(fontSize),
    splits: evenTicks,
  };
}

/** A color by its name in the style sheet, as the look of the page has it. */
function cssColor(element: HTMLElement, color: string): string {
  const probe = document.createElement("i");
  probe.style.color = color;
  element.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const edgesOf = ({ color, x, low, high }: ChartBand, i: number): ChartSeries[] =>
  [low, high].map((y, side) => ({ label: `band ${i} ${side}`, color, kind: "edge", x, y }));

const sizeOf = (element: HTMLElement): { width: number; height: number } => ({
  width: Math.max(120, element.clientWidth),
  height: Math.max(100, element.clientHeight),
});

function dataOf(series: readonly ChartSeries[]): uPlot.AlignedData {
  const tables = series.map(({ x, y }): uPlot.AlignedData => [[...x], [...y]]);
  if (tables.length === 0) return [[], []];
  return tables.length === 1 ? (tables[0] as uPlot.AlignedData) : uPlot.join(tables);
}

/** Pixels of letters, in charts on a small screen: with larger ones, lines are thicker. */
const usualFontSize = 12;

/** How the page's look has lines drawn. */
interface Drawing {
  css(color: string): string;
  readonly fontSize: number;
  /** How opaque lines of the past are. */
  readonly dimmed: number;
}

function optionsOf(
  element: HTMLElement,
  series: readonly ChartSeries[],
  bands: readonly ChartBand[],
  axes: () => ChartAxes,
): uPlot.Options {
  const css = (color: string): string => cssColor(element, color);
  const fontSize = Number.parseFloat(getComputedStyle(element).fontSize);
  const dimmed = Number(getComputedStyle(element).getPropertyValue("--dimmed"));
  const font = `${Math.round(fontSize)}px ${getComputedStyle(element).fontFamily}`;
  const axis = {
    stroke: () => css("var(--muted)"),
    grid: { stroke: () => css("var(--grid)"), width: 1 },
    ticks: { show: false },
    font,
    labelFont: font,
  };
  return {
    ...sizeOf(element),
    legend: { show: false },
    cursor: { show: false },
    // Half of “100 %”, under the last place, sticks out of the axis.
    padding: [8, 20, 0, 0],
    scales: {
      x: { time: false, range: () => [...axes().xRange] as [number, number] },
      y: { range: (_plot, least, most) => axes().yRange(least ?? 0, most ?? 1) },
    },
    axes: [
      {
        ...axis,
        label: axes().x,
        labelSize: fontSize * 1.5,
        size: fontSize * 1.8,
        splits: (_plot, _axis, least, most) => axes().xSplits?.(least, most) ?? evenTicks(least, most),
        values: (_plot, splits) => splits.map(xTextOf(axes())),
      },
      {
        ...axis,
        size: fontSize * 3.9,
        splits: (_plot, _axis, least, most) => axes().ySplits?.(least, most) ?? evenTicks(least, most),
        values: (_plot, splits) => splits.map((value) => axes().yText(value)),
      },
    ],
    bands: bands.map(({ color }, i) => ({
      series: [2 * i + 2, 2 * i + 1],
      fill: () => `color-mix(in oklab, ${css(color)} 22%, transparent)`,
    })),
    series: [{}, ...series.map((one) => seriesOptions(one, { css, fontSize, dimmed }))],
    hooks: {
      draw: [
        (plot) => {
          const { mark } = axes();
          if (mark === undefined) return;
          const x = plot.valToPos(mark, "x", true);
          plot.ctx.save();
          plot.ctx.strokeStyle = css("var(--accent)");
          plot.ctx.lineWidth = 2 * devicePixelRatio;
          plot.ctx.setLineDash([6, 4]);
          plot.ctx.beginPath();
          plot.ctx.moveTo(x, plot.bbox.top);
          plot.ctx.lineTo(x, plot.bbox.top + plot.bbox.height);
          plot.ctx.stroke();
          plot.ctx.restore();
        },
      ],
    },
  };
}

function seriesOptions(
  { label, color, kind, isDimmed = false }: ChartSeries,
  { css, fontSize, dimmed }: Drawing,
): uPlot.Series {
  const isLine = kind !== "points" && kind !== "diamonds";
  const isThick = kind === "thick" || kind === "dashed";
  return {
    label,
    stroke: () => css(color),
    alpha: isDimmed ? dimmed : kind === "thin" ? 0.65 : 1,
    width: kind === "edge" ? 0 : (isThick ? 2.5 : 1.25) * Math.max(1, fontSize / usualFontSize),
    ...(kind === "dashed" && { dash: dashes.map((pixels) => pixels * devicePixelRatio) }),
    spanGaps: true,
    paths: isLine ? linear : () => null,
    points:
      kind === "points"
        ? { show: true, size: fontSize * 0.6, width: 2, fill: () => css(color) }
        : {
            show: kind === "diamonds",
            size: fontSize * 0.75,
            width: 1.75,
            fill: () => css("var(--surface)"),
            paths: diamonds,
          },
  };
}

const linear = uPlot.paths.linear?.() ?? (() => null);

/** Hollow diamonds, so that the notebook's figures are not taken for measured points. */
const diamonds: uPlot.Series.Points.PathBuilder = (plot, index, from, to) => {
  const path = new Path2D();
  const size = ((plot.series[index]?.points?.size as number | undefined) ?? 8) * 0.75 * devicePixelRatio;
  const [xs, ys] = [plot.data[0], plot.data[index]];
  for (let i = from; i <= to; i++) {
    const value = ys?.[i];
    if (value === null || value === undefined) continue;
    const x = plot.valToPos(xs[i] as number, "x", true);
    const y = plot.valToPos(value, "y", true);
    path.moveTo(x, y - size);
    path.lineTo(x + size, y);
    path.lineTo(x, y + size);
    path.lineTo(x - size, y);
    path.closePath();
  }
  return { stroke: path, fill: path };
};
