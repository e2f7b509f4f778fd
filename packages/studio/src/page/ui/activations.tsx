import type { Answer, RunRecord } from "../../protocol/messages.js";
import { decimal, texts } from "../texts/index.js";
import { Histogram } from "./histogram.js";
import { colorOf, nameOf } from "./names.js";

/** What the first dense layer gives, before and after batch normalization. */
export function ActivationsView({
  run,
  inside: { activations },
}: {
  readonly run: RunRecord;
  readonly inside: Answer<"inside">;
}) {
  const { inside: words } = texts.value;
  const { range, before, after } = activations;
  const ends = [decimal(-range), decimal(range)] as const;
  return (
    <article class="reader" style={{ "--color": colorOf(run) }}>
      <h3>{nameOf(run, texts.value)}</h3>
      <p class="note">{words.before}</p>
      <Histogram shares={before} color="var(--control)" range={ends} label={words.before} />
      <p class="note">{after ? words.after : words.notNormalized}</p>
      {after && <Histogram shares={after} color={colorOf(run)} range={ends} label={words.after} />}
    </article>
  );
}
