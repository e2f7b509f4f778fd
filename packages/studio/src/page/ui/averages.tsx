import type { Answer, RunRecord } from "../../protocol/messages.js";
import { decimal, filled, percent, texts } from "../texts/index.js";
import { colorOf, nameOf } from "./names.js";

const side = 100;
/** Where the axes begin: they show proportions, since the spreads of neurons differ by hundreds. */
const least = 0.001;
/** A unit whose remembered spread is this close to the real one has caught up. */
const close = 0.2;

/** What batch normalization remembers of each unit, beside what is so: they meet on the line as its moving averages catch up. */
export function AveragesView({
  run,
  inside: { averages },
}: {
  readonly run: RunRecord;
  readonly inside: Answer<"inside">;
}) {
  const { inside: words } = texts.value;
  if (!averages) return null;
  const { remembered, real } = averages;
  const most = Math.max(1.1, ...real, ...remembered);
  const place = (value: number): number =>
    (side * Math.log(Math.max(least, value) / least)) / Math.log(most / least);
  const caughtUp = real.filter((value, i) => Math.abs((remembered[i] ?? 0) - value) <= close * value).length;
  return (
    <article class="reader averages" style={{ "--color": colorOf(run) }}>
      <h3>{nameOf(run, texts.value)}</h3>
      <svg viewBox={`-3 -3 ${side + 6} ${side + 6}`} role="img" aria-label={words.averages}>
        <rect width={side} height={side} fill="none" stroke="var(--line)" stroke-width="0.5" />
        <line
          x1="0"
          y1={side}
          x2={side}
          y2="0"
          stroke="var(--muted)"
          stroke-width="0.6"
          stroke-dasharray="2 2"
        />
        {real.map((value, i) => (
          <circle
            key={i}
            cx={place(value)}
            cy={side - place(remembered[i] ?? 0)}
            r="1.5"
            fill={colorOf(run)}
            fill-opacity="0.7"
          />
        ))}
      </svg>
      <p class="note">{filled(words.averagesAxes, { least: decimal(least), most: decimal(most, 2) })}</p>
      <p>{filled(words.caughtUp, { share: percent(caughtUp / Math.max(1, real.length), 0) })}</p>
    </article>
  );
}
