import { useMemo } from "preact/hooks";
import { fromBase64 } from "../../protocol/base64.js";
import type { Answer, RunRecord } from "../../protocol/messages.js";
import { counted, filled, texts } from "../texts/index.js";
import { colorOf, nameOf } from "./names.js";
import { Pixels } from "./pixels.js";

/** Which neurons of a network work at all, and what it answers with half of them switched off, ten times others: what dropout trains it for. */
export function MasksView({
  run,
  inside: { masks, working },
}: {
  readonly run: RunRecord;
  readonly inside: Answer<"inside">;
}) {
  const { inside: words } = texts.value;
  const units = useMemo(() => fromBase64(masks.off).map((off) => (off ? 0 : 255)), [masks.off]);
  const shares = useMemo(() => fromBase64(working.shares), [working.shares]);
  const read = masks.answers.map((answer) => answer.indexOf(Math.max(...answer)));
  const counts = Array.from({ length: 10 }, (_, digit) => read.filter((one) => one === digit).length);
  const most = counts.indexOf(Math.max(...counts));
  const mean =
    masks.answers.reduce((sum, answer) => sum + (answer[most] ?? 0), 0) / Math.max(1, masks.answers.length);
  return (
    <article class="reader" style={{ "--color": colorOf(run) }}>
      <h3>{nameOf(run, texts.value)}</h3>
      <Pixels
        bytes={shares}
        width={32}
        height={Math.ceil(shares.length / 32)}
        label={words.workingPicture}
        class="wide"
      />
      <p>
        <strong>{counted(working.silent)}</strong>{" "}
        {filled(words.silent, { units: counted(shares.length), digits: counted(working.digits) })}
      </p>
      <div class="masks">
        <Pixels bytes={units} width={32} height={32} label={words.unitsOff} />
        <ol class="answers">
          {masks.answers.map((answer, i) => {
            const digit = read[i] as number;
            return (
              <li key={i} class={digit === most ? "" : "other"} style={{ "--share": answer[digit] ?? 0 }}>
                {digit}
              </li>
            );
          })}
        </ol>
      </div>
      {masks.answers.length > 0 && (
        <p>
          {filled(words.agree, {
            count: counts[most] as number,
            digit: most,
            share: Math.round(100 * mean),
          })}
        </p>
      )}
    </article>
  );
}
