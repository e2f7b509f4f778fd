import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

/** A line or a set of points of a chart. */
export interface ChartSeries {
  readonly label: string;
  /** A color as the style sheet has it, e.g. `var(--t-base)`. */
  readonly color: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly kind: "thin" | "thick" | "points" | "diamonds";
  readonly isDimmed?: boolean;
}

export interface ChartAxes {
  readonly x: string;
  readonly y: string;
  readonly xRange: readonly [number, number];
  /** The lowest and the highest value of the y axis, given those of the data. */
  readonly yRange: (least: number, most: number) => [number, number];
  readonly ySplits?: ((least: number, most: number) => number[]) | undefined;
  readonly yText: (value: number) => string;
  readonly xSplits?: ((least: number, most: number) => number[]) | undefined;
  /** A vertical line. */
  readonly mark?: number | undefined;
}

/** Lines over a common axis, drawn by uPlot. The chart takes the size of its place. */
export function Chart({
  series,
  axes,
  label,
  onReady,
}: {
  readonly series: readonly ChartSeries[];
  readonly axes: ChartAxes;
  readonly label: string;
  /** Told the canvas, to save it. */
  readonly onReady?: (canvas: HTMLCanvasElement) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const shown = useRef(axes);
  shown.current = axes;
  // Another set of lines, or other colors, need another plot; new values do not.
  const theme = document.documentElement.dataset.look ?? "";
  const shape = `${theme} ${axes.x} ${axes.y} ${series.map(({ label, color, kind, isDimmed }) => [label, color, kind, isDimmed].join()).join(";")}`;

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const made = new uPlot(
      optionsOf(element, series, () => shown.current),
      dataOf(series),
      element,
    );
    plot.current = made;
    onReady?.(made.ctx.canvas);
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

const sizeOf = (element: HTMLElement): { width: number; height: number } => ({
  width: Math.max(120, element.clientWidth),
  height: Math.max(100, element.clientHeight),
});

function dataOf(series: readonly ChartSeries[]): uPlot.AlignedData {
  const tables = series.map(({ x, y }): uPlot.AlignedData => [[...x], [...y]]);
  if (tables.length === 0) return [[], []];
  return tables.length === 1 ? (tables[0] as uPlot.AlignedData) : uPlot.join(tables);
}

function optionsOf(
  element: HTMLElement,
  series: readonly ChartSeries[],
  axes: () => ChartAxes,
): uPlot.Options {
  const css = (color: string): string => {
    const name = /^var\((--[\w-]+)\)$/.exec(color)?.[1];
    return name === undefined ? color : getComputedStyle(element).getPropertyValue(name).trim();
  };
  const fontSize = Number.parseFloat(getComputedStyle(element).fontSize);
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
    padding: [8, 12, 0, 0],
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
        splits: (_plot, _axis, least, most) => axes().xSplits?.(least, most) ?? defaultSplits(least, most),
      },
      {
        ...axis,
        size: fontSize * 3.9,
        splits: (_plot, _axis, least, most) => axes().ySplits?.(least, most) ?? defaultSplits(least, most),
        values: (_plot, splits) => splits.map((value) => axes().yText(value)),
      },
    ],
    series: [{}, ...series.map((one) => seriesOptions(one, css, fontSize))],
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
  css: (color: string) => string,
  fontSize: number,
): uPlot.Series {
  const isLine = kind === "thin" || kind === "thick";
  return {
    label,
    stroke: () => css(color),
    alpha: isDimmed ? 0.3 : kind === "thin" ? 0.65 : 1,
    width: kind === "thick" ? 2.5 : 1.25,
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

function defaultSplits(least: number, most: number): number[] {
  const span = most - least;
  if (!(span > 0)) return [least];
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const first = Math.ceil(least / step);
  return Array.from({ length: Math.floor(most / step) - first + 1 }, (_, i) => (first + i) * step);
}
