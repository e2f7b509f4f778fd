import { useMemo } from "preact/hooks";
import { fromBase64 } from "../../protocol/base64.js";
import type { Answer, RunRecord } from "../../protocol/messages.js";
import { filled, texts } from "../texts/index.js";
import { Heat } from "./heat.js";
import { colorOf, nameOf } from "./names.js";
import { Pixels } from "./pixels.js";

/** Where a network looked for its answer. */
export function LookedAt({
  run,
  inside: { seen, heat },
  truth,
}: {
  readonly run: RunRecord;
  readonly inside: Answer<"inside">;
  /** What it is, where that is known. */
  readonly truth: number | undefined;
}) {
  const { inside: words } = texts.value;
  const pixels = useMemo(() => fromBase64(seen), [seen]);
  if (!heat) return null;
  const isWrong = truth !== undefined && heat.read !== truth;
  return (
    <article class="reader" style={{ "--color": colorOf(run) }}>
      <h3>{nameOf(run, texts.value)}</h3>
      <span class="heated">
        <Pixels bytes={pixels} width={28} height={28} />
        <Heat heat={heat} label={words.looked} />
      </span>
      <p class={isWrong ? "wrong" : ""}>
        {filled(isWrong ? words.readWrong : words.readRight, { digit: heat.read, truth: truth ?? "" })}
      </p>
    </article>
  );
}
