import type { Axis, Scale } from "vega";
import type { LogAxis } from "./scales.js";

/** Horizontal epochs and vertical logarithmic values, for a group of a given size. */
export function epochScales(
  epochs: number,
  axis: LogAxis,
  area: { readonly width: number; readonly height: number },
): Scale[] {
  return [
    {
      name: "x",
      type: "linear",
      domain: epochs > 1 ? [1, epochs] : [0.5, 1.5],
      range: [0, area.width],
      zero: false,
      nice: false,
    },
    {
      name: "y",
      type: "log",
      domain: [axis.bottom, axis.top],
      range: [area.height, 0],
      zero: false,
      nice: false,
    },
  ];
}

export function epochAxes(ticks: readonly number[], axis: LogAxis, label: (value: number) => string): Axis[] {
  return [
    {
      orient: "left",
      scale: "y",
      values: [...axis.ticks],
      grid: true,
      gridScale: "x",
      encode: labels(axis.ticks, label),
    },
    { orient: "bottom", scale: "x", values: [...ticks], grid: false, encode: labels(ticks, String) },
  ];
}

/** Labels written here, in the report's language, and not by Vega. */
export function labels(
  values: readonly number[],
  label: (value: number) => string,
): NonNullable<Axis["encode"]> {
  const written = JSON.stringify(values.map(label));
  return {
    labels: { update: { text: { signal: `${written}[indexof(${JSON.stringify(values)}, datum.value)]` } } },
  };
}
