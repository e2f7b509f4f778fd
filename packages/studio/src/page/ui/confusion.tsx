import type { Signal } from "@preact/signals";
import type { Answer, Distortion } from "../../protocol/messages.js";
import { confusionCode } from "../code/compare.js";
import type { Runs } from "../state/runs.js";
import { filled, filledFor, texts } from "../texts/index.js";
import { CardHead } from "./card-head.js";
import { fileOf, nameOf } from "./names.js";

/** What a network takes for what; a cell shows its digits in the gallery. */
export function ConfusionMatrix({
  runs,
  reading,
  run: id,
  distortion,
  cell,
}: {
  readonly runs: Runs;
  readonly reading: Answer<"readTest">;
  readonly run: number;
  readonly distortion: Distortion;
  readonly cell: Signal<{ readonly label: number; readonly read: number } | undefined>;
}) {
  const { compare } = texts.value;
  const run = runs.get(id);
  const read = reading.runs.find((one) => one.run === id)?.read ?? [];
  const counts = Array.from({ length: 10 }, () => new Array<number>(10).fill(0));
  for (const [i, label] of reading.labels.entries()) {
    const row = counts[label] as number[];
    const column = read[i] as number;
    row[column] = (row[column] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts.flatMap((row, label) => row.filter((_, other) => other !== label)));
  const name = run ? nameOf(run, texts.value) : "";
  const digits = Array.from({ length: 10 }, (_, digit) => digit);
  return (
    <section class="card confusion" aria-labelledby="confusion-heading">
      <CardHead
        id="confusion-heading"
        title={filled(compare.confusion, { run: name })}
        figure="confusion"
        programs={run && confusionCode(fileOf(run), distortion)}
      />
      <p class="note hint">{compare.confusionHint}</p>
      <table>
        <thead>
          <tr>
            <td class="corner">
              <span>{compare.readAs}</span>
              <span>{compare.isA}</span>
            </td>
            {digits.map((digit) => (
              <th scope="col" key={digit}>
                {digit}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {counts.map((row, label) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              {row.map((count, other) => {
                const isRight = label === other;
                const isChosen = cell.value?.label === label && cell.value.read === other;
                return (
                  <td key={other} class={isRight ? "right" : ""}>
                    {count > 0 && !isRight ? (
                      <button
                        type="button"
                        aria-pressed={isChosen}
                        aria-label={filledFor(count, [compare.filteredOne, compare.filtered], {
                          label,
                          read: other,
                          run: name,
                        })}
                        style={{ "--share": 0.25 + (0.75 * count) / most }}
                        onClick={() => {
                          cell.value = isChosen ? undefined : { label, read: other };
                        }}
                      >
                        {count}
                      </button>
                    ) : (
                      count > 0 && <span>{count}</span>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
