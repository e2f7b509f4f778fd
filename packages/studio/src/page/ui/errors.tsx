import type { Signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { type Answer, type DistortionName, distortionNames } from "../../protocol/messages.js";
import { errorCurveCode } from "../code/compare.js";
import type { Runs } from "../state/runs.js";
import type { StudioState } from "../state/studio.js";
import { counted, decimal, filled, percent, texts } from "../texts/index.js";
import { CardHead } from "./card-head.js";
import { Chart } from "./chart.js";
import type { ChartAxes } from "./chart-lines.js";
import { errorSeries } from "./error-series.js";
import { fileOf, type Repeated, repeatedRuns } from "./names.js";

/** How many of the digits each network misreads, as they are now; of several seeds their mean, and from the best to the worst. */
export function ErrorBars({ runs, reading }: { readonly runs: Runs; readonly reading: Answer<"readTest"> }) {
  const { compare } = texts.value;
  const digits = reading.labels.length;
  const wrongOf = (id: number): number =>
    (reading.runs.find(({ run }) => run === id)?.read ?? []).filter((label, i) => label !== reading.labels[i])
      .length;
  const known = reading.runs.map(({ run }) => runs.get(run)).filter((run) => run !== undefined);
  const rows = repeatedRuns(known, texts.value).map((group) => {
    const counts = group.runs.map(({ id }) => wrongOf(id));
    const mean = counts.reduce((a, b) => a + b, 0) / counts.length;
    return { ...group, mean, least: Math.min(...counts), most: Math.max(...counts) };
  });
  const most = Math.max(1, ...rows.map((row) => row.most));
  const best = Math.min(...rows.map(({ mean }) => mean));
  const share = (count: number): string => `${(100 * count) / most}%`;
  return (
    <ul class="errors">
      {rows.map(({ name, color, runs: repeated, mean, least, most: worst }) => (
        <li key={repeated[0]?.id}>
          <span class="name">{name}</span>
          <span class="track">
            <span class="bar" style={{ width: share(mean), background: color }} />
            {repeated.length > 1 && (
              <span class="whisker" style={{ left: share(least), width: share(worst - least) }} />
            )}
          </span>
          <span class="count">
            {repeated.length > 1
              ? filled(compare.wrongSeeds, {
                  wrong: counted(mean),
                  least: counted(least),
                  worst: counted(worst),
                  digits: counted(digits),
                  seeds: repeated.length,
                })
              : filled(compare.wrong, { wrong: counted(mean), digits: counted(digits) })}
            {mean === best && rows.length > 1 && <em> {compare.best}</em>}
          </span>
        </li>
      ))}
    </ul>
  );
}

const amountText: Readonly<Record<DistortionName, (amount: number) => string>> = {
  shift: (amount) => String(amount),
  rotation: (amount) => `${amount}°`,
  zoom: (amount) => `×${decimal(amount)}`,
  noise: (amount) => percent(amount, 0),
};

/** How each network gets worse the more the digits are changed. */
export function ErrorCurves({
  studio,
  runs,
  by,
  readers,
  amount,
}: {
  readonly studio: StudioState;
  readonly runs: Runs;
  readonly by: Signal<DistortionName>;
  /** Changes when another network can read. */
  readonly readers: string;
  /** Where the sliders are. */
  readonly amount: number;
}) {
  const { compare } = texts.value;
  const [found, setFound] = useState<Answer<"robustness"> | undefined>(undefined);
  const name = by.value;
  useEffect(() => {
    let isStale = false;
    void studio.ask("robustness", { by: name }).then((answer) => {
      if (!isStale && answer) setFound(answer);
    });
    return () => {
      isStale = true;
    };
  }, [studio, name, readers]);
  const { series, bands, groups } = useMemo(
    () =>
      errorSeries(found?.runs ?? [], {
        runs,
        x: found?.amounts ?? [],
        digits: found?.digits ?? 1,
        texts: texts.value,
      }),
    [found, runs.size, texts.value],
  );
  const amounts = found?.amounts ?? [0, 1];
  const files = groups.flatMap((group) => group.runs.map(fileOf));
  const axes: ChartAxes = {
    x: compare.by[name],
    y: compare.wrongAxis,
    xRange: [amounts[0] as number, amounts.at(-1) as number],
    xSplits: () => [...amounts],
    yRange: (_least, most) => [0, Math.max(0.05, most * 1.05)],
    yText: (share) => percent(share, 0),
    mark: amount,
  };
  return (
    <section class="card error-curves" aria-labelledby="error-curves-heading">
      <CardHead
        id="error-curves-heading"
        title={compare.curve}
        figure="error-curves"
        programs={errorCurveCode(files, name, amounts)}
      >
        <fieldset class="segments">
          <legend class="hidden">{compare.curve}</legend>
          {distortionNames.map((one) => (
            <label key={one}>
              <input
                type="radio"
                name="by"
                checked={name === one}
                onChange={() => {
                  by.value = one;
                }}
              />
              <span>{compare.by[one]}</span>
            </label>
          ))}
        </fieldset>
      </CardHead>
      {found?.by === name ? (
        <Chart series={series} bands={bands} axes={axes} label={`${compare.curve}: ${compare.by[name]}`} />
      ) : (
        <p class="note chart">{compare.measuring}</p>
      )}
      <p class="hidden">{amountText[name](amount)}</p>
      <ErrorLegend groups={groups} />
    </section>
  );
}

/** Which line is whose. */
export function ErrorLegend({ groups }: { readonly groups: readonly Repeated[] }) {
  return (
    <p class="legend">
      {groups.map(({ name, color, runs }) => (
        <span key={runs[0]?.id}>
          <i class="dot" style={{ background: color }} /> {name}
        </span>
      ))}
    </p>
  );
}
