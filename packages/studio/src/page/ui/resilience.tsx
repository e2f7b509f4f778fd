import { useEffect, useMemo, useState } from "preact/hooks";
import type { Answer } from "../../protocol/messages.js";
import { resilienceCode } from "../code/inside.js";
import type { StudioState } from "../state/studio.js";
import { filled, percent, texts } from "../texts/index.js";
import { CardHead } from "./card-head.js";
import { Chart } from "./chart.js";
import { errorSeries } from "./error-series.js";
import { ErrorLegend } from "./errors.js";
import { fileOf } from "./names.js";

/** How each network reads with more and more of its neurons taken out for good. */
export function ResilienceCurves({
  studio,
  readers,
}: {
  readonly studio: StudioState;
  readonly readers: string;
}) {
  const { inside: words, compare } = texts.value;
  const [found, setFound] = useState<Answer<"resilience"> | undefined>(undefined);
  const runs = studio.runs.value;
  useEffect(() => {
    let isStale = false;
    void studio.ask("resilience", {}).then((answer) => {
      if (!isStale && answer) setFound(answer);
    });
    return () => {
      isStale = true;
    };
  }, [studio, readers, studio.opening.value]);
  const x = found?.shares ?? [];
  const { series, bands, groups } = useMemo(
    () => errorSeries(found?.runs ?? [], { runs, x, digits: found?.digits ?? 1, texts: texts.value }),
    [found, runs.size, texts.value],
  );
  if (readers === "") return null;
  return (
    <section class="card error-curves" aria-labelledby="resilience-heading">
      <CardHead
        id="resilience-heading"
        title={words.resilience}
        figure="neurons"
        programs={resilienceCode(
          groups.flatMap((group) => group.runs.map(fileOf)),
          x,
        )}
      />
      <p class="note">{words.resilienceHint}</p>
      {series.length > 0 ? (
        <Chart
          series={series}
          bands={bands}
          label={words.resilience}
          axes={{
            x: words.removed,
            y: compare.wrongAxis,
            xRange: [0, 1],
            xSplits: () => [0, 0.25, 0.5, 0.75, 1],
            xText: (share) => percent(share, 0),
            yRange: (_least, most) => [0, Math.max(0.05, most * 1.05)],
            yText: (share) => percent(share, 0),
          }}
        />
      ) : (
        <p class="note chart">{filled(compare.measuring, {})}</p>
      )}
      <ErrorLegend groups={groups} />
    </section>
  );
}
