import { useMemo } from "preact/hooks";
import { fromBase64 } from "../../protocol/base64.js";
import type { Answer, RunRecord } from "../../protocol/messages.js";
import { decimal, filled, percent, texts } from "../texts/index.js";
import { Histogram } from "./histogram.js";
import { colorOf, nameOf } from "./names.js";
import { Pixels } from "./pixels.js";

/** How large the weights between the dense layers are: what L2 and L1 change. */
export function WeightsView({
  run,
  inside: { weights },
}: {
  readonly run: RunRecord;
  readonly inside: Answer<"inside">;
}) {
  const { inside: words } = texts.value;
  const picture = useMemo(() => fromBase64(weights.picture), [weights.picture]);
  return (
    <article class="reader" style={{ "--color": colorOf(run) }}>
      <h3>{nameOf(run, texts.value)}</h3>
      <Pixels
        bytes={picture}
        width={weights.side}
        height={weights.side}
        label={words.weightsPicture}
        class="wide"
      />
      <Histogram
        shares={weights.histogram}
        color={colorOf(run)}
        range={[decimal(-weights.range), decimal(weights.range)]}
        label={words.weightsHistogram}
        caption={words.weightsHistogram}
      />
      <p>{filled(words.nearZero, { share: percent(weights.nearZero, 1) })}</p>
    </article>
  );
}
