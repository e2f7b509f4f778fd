import { decimal } from "../texts/index.js";

/** A line or a set of points of a chart. */
export interface ChartSeries {
  readonly label: string;
  /** A color as the style sheet has it, e.g. `var(--t-base)`. */
  readonly color: string;
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly kind: "thin" | "thick" | "dashed" | "points" | "diamonds" | "edge";
  readonly isDimmed?: boolean;
}

/** What lies between two lines, e.g. from the best to the worst seed. */
export interface ChartBand {
  readonly color: string;
  readonly x: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
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
  /** Default: as the page writes numbers. */
  readonly xText?: (value: number) => string;
}

export const xTextOf = ({ xText = (value) => decimal(value) }: ChartAxes): ((value: number) => string) =>
  xText;

/** Pixels of a dashed line that are drawn, and left out. */
export const dashes = [6, 5] as const;
