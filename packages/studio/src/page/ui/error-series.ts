import type { Runs } from "../state/runs.js";
import type { Texts } from "../texts/texts.js";
import type { ChartBand, ChartSeries } from "./chart-lines.js";
import { type Repeated, repeatedRuns } from "./names.js";

export interface CountedRun {
  readonly run: number;
  readonly wrong: readonly number[];
}

/** A line for each network; several seeds of it are one line, their mean, in a band from the best to the worst. */
export function errorSeries(
  counted: readonly CountedRun[],
  {
    runs,
    x,
    digits,
    texts,
  }: { readonly runs: Runs; readonly x: readonly number[]; readonly digits: number; readonly texts: Texts },
): {
  readonly series: readonly ChartSeries[];
  readonly bands: readonly ChartBand[];
  readonly groups: readonly Repeated[];
} {
  const found = counted.map(({ run }) => runs.get(run)).filter((run) => run !== undefined);
  const groups = repeatedRuns(found, texts);
  const linesOf = ({ runs: repeated }: Repeated): (readonly number[])[] =>
    repeated.map(({ id }) =>
      (counted.find(({ run }) => run === id)?.wrong ?? []).map((count) => count / digits),
    );
  const series = groups.map((group): ChartSeries => {
    const lines = linesOf(group);
    const y = x.map((_, i) => lines.reduce((sum, line) => sum + (line[i] ?? 0), 0) / lines.length);
    return { label: `${group.runs[0]?.id} ${group.name}`, color: group.color, kind: "thick", x, y };
  });
  const bands = groups
    .filter((group) => group.runs.length > 1)
    .map((group): ChartBand => {
      const lines = linesOf(group);
      return {
        color: group.color,
        x,
        low: x.map((_, i) => Math.min(...lines.map((line) => line[i] ?? 0))),
        high: x.map((_, i) => Math.max(...lines.map((line) => line[i] ?? 0))),
      };
    });
  return { series, bands, groups };
}
