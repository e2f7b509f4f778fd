import type { Signal } from "@preact/signals";
import { useEffect, useMemo, useState } from "preact/hooks";
import { type Answer, type DistortionName, distortionNames } from "../../protocol/messages.js";
import type { Runs } from "../state/runs.js";
import type { StudioState } from "../state/studio.js";
import { decimal, filled, percent, texts } from "../texts/index.js";
import { Chart, type ChartAxes } from "./chart.js";
import { colorOf, nameOf } from "./names.js";

/** How many of the digits each network misreads, as they are now. */
export function ErrorBars({ runs, reading }: { readonly runs: Runs; readonly reading: Answer<"readTest"> }) {
  const { compare } = texts.value;
  const digits = reading.labels.length;
  const rows = reading.runs.flatMap(({ run: id, read }) => {
    const run = runs.get(id);
    return run ? [{ run, wrong: read.filter((label, i) => label !== reading.labels[i]).length }] : [];
  });
  const most = Math.max(1, ...rows.map(({ wrong }) => wrong));
  const least = Math.min(...rows.map(({ wrong }) => wrong));
  return (
    <ul class="errors">
      {rows.map(({ run, wrong }) => (
        <li key={run.id}>
          <span class="name">{nameOf(run.settings, texts.value)}</span>
          <span class="track">
            <span class="bar" style={{ width: `${(100 * wrong) / most}%`, background: colorOf(run) }} />
          </span>
          <span class="count">
            {filled(compare.wrong, { wrong, digits })}
            {wrong === least && rows.length > 1 && <em> {compare.best}</em>}
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
  const series = useMemo(
    () =>
      (found?.runs ?? []).flatMap(({ run: id, wrong }) => {
        const run = runs.get(id);
        if (!run || !found) return [];
        const y = wrong.map((count) => count / found.digits);
        return [
          {
            label: `${id} ${nameOf(run.settings, texts.value)}`,
            color: colorOf(run),
            kind: "thick" as const,
            x: found.amounts,
            y,
          },
        ];
      }),
    [found, runs.size, texts.value],
  );
  const amounts = found?.amounts ?? [0, 1];
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
      <header>
        <h2 id="error-curves-heading">{compare.curve}</h2>
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
      </header>
      {found?.by === name ? (
        <Chart series={series} axes={axes} label={`${compare.curve}: ${compare.by[name]}`} />
      ) : (
        <p class="note chart">{compare.measuring}</p>
      )}
      <p class="hidden">{amountText[name](amount)}</p>
      <p class="legend">
        {(found?.runs ?? []).map(({ run: id }) => {
          const run = runs.get(id);
          return (
            run && (
              <span key={id}>
                <i class="dot" style={{ background: colorOf(run) }} /> {nameOf(run.settings, texts.value)}
              </span>
            )
          );
        })}
      </p>
    </section>
  );
}
