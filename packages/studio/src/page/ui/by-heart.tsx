import { isLagging } from "../../protocol/lagging.js";
import type { RunRecord } from "../../protocol/messages.js";
import { byHeartCode } from "../code/compare.js";
import type { StudioState } from "../state/studio.js";
import { decimal, filled, texts } from "../texts/index.js";
import { CardHead } from "./card-head.js";
import { colorOf, fileOf, nameOf } from "./names.js";

/** In one thousand. */
const errorsOf = (accuracy: number): number => 1000 * (1 - accuracy);

/** What the two figures say of a network: moving averages that have not caught up are no learning by heart. */
function verdictOf(run: RunRecord, isBetterInTraining: boolean): string {
  const { notCaughtUp, learnedByHeart, trainedHarder } = texts.value.compare;
  if (isLagging(run)) return notCaughtUp;
  return isBetterInTraining ? learnedByHeart : trainedHarder;
}

/** How often each network errs on what it trains with, and on what it does not: the wider apart, the more it knows by heart. */
export function ByHeart({ studio }: { readonly studio: StudioState }) {
  const { compare, curves } = texts.value;
  const rows = [...studio.runs.value.values()].filter(
    ({ epochs, status }) => epochs.length > 0 && status !== "failed",
  );
  const lasts = rows.map(({ epochs }) => epochs.at(-1) as RunRecord["epochs"][number]);
  const most = Math.max(
    1,
    ...lasts.flatMap(({ accuracy, valAccuracy }) => [accuracy, valAccuracy].map(errorsOf)),
  );
  if (rows.length === 0) return null;
  const bar = (accuracy: number, label: string, color: string) => (
    <span class="pair">
      <span class="note">{label}</span>
      <span class="track">
        <span class="bar" style={{ width: `${(100 * errorsOf(accuracy)) / most}%`, background: color }} />
      </span>
      <span class="count">{decimal(errorsOf(accuracy), 2)}</span>
    </span>
  );
  return (
    <section class="card by-heart" aria-labelledby="by-heart-heading">
      <CardHead
        id="by-heart-heading"
        title={compare.byHeart}
        figure="by-heart"
        programs={byHeartCode(rows.map(fileOf))}
      />
      <p class="note">{compare.byHeartHint}</p>
      <ul>
        {rows.map((run, i) => {
          const { accuracy, valAccuracy, epoch } = lasts[i] as RunRecord["epochs"][number];
          return (
            <li key={run.id}>
              <strong>{nameOf(run, texts.value)}</strong>
              {bar(accuracy, curves.training, "var(--control)")}
              {bar(valAccuracy, curves.validation, colorOf(run))}
              <span class="note">{filled(verdictOf(run, accuracy > valAccuracy), { epoch })}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
