import { useEffect, useMemo, useState } from "preact/hooks";
import { fromBase64 } from "../../protocol/base64.js";
import type { Answer } from "../../protocol/messages.js";
import { oneDigitCode } from "../code/compare.js";
import type { StudioState } from "../state/studio.js";
import { percent, texts } from "../texts/index.js";
import { Bars } from "./answer.js";
import { CardHead } from "./card-head.js";
import { colorOf, digitOf, filesOf, nameOf } from "./names.js";
import { Pixels } from "./pixels.js";

/** Milliseconds between two readings while a network still learns. */
const againMs = 700;

/** One picture, read by every network at once. */
export function SideBySide({ studio }: { readonly studio: StudioState }) {
  const { compare, answer: words } = texts.value;
  const [answer, setAnswer] = useState<Answer<"readAll">>({ seen: "", readings: [] });
  const subject = studio.subject.value;
  const distortion = studio.distortion.value;
  const runs = studio.runs.value;
  const isLearning = [...runs.values()].some(({ status }) => status === "running");
  const readers = [...runs.values()].filter(({ status }) => status !== "waiting").length;
  useEffect(() => {
    let isOver = false;
    const read = async (): Promise<void> => {
      const found = await studio.ask("readAll", { subject, distortion });
      if (isOver) return;
      if (found) setAnswer(found);
      if (isLearning) setTimeout(() => !isOver && void read(), againMs);
    };
    void read();
    return () => {
      isOver = true;
    };
  }, [studio, subject, distortion, isLearning, readers, studio.opening.value]);
  const seen = useMemo(() => fromBase64(answer.seen), [answer.seen]);
  const truth = subject.kind === "digit" ? studio.label.value : undefined;
  return (
    <section class="card side-by-side" aria-labelledby="side-heading">
      <CardHead
        id="side-heading"
        title={compare.onePicture}
        figure="one-digit"
        programs={oneDigitCode(filesOf(answer.readings, runs), digitOf(subject), distortion)}
      />
      <div class="networks">
        <figure class="seen">
          <Pixels bytes={seen} width={28} height={28} label={words.seen} />
          <figcaption>{words.seen}</figcaption>
        </figure>
        <div class="readers">
          {answer.readings.map(({ run: id, probabilities }) => {
            const run = runs.get(id);
            if (!run) return null;
            const best = probabilities.indexOf(Math.max(...probabilities));
            const isWrong = truth !== undefined && truth !== best;
            return (
              <article key={id} class="reader" style={{ "--color": colorOf(run) }}>
                <h3>{nameOf(run, texts.value)}</h3>
                <p class={isWrong ? "verdict wrong" : "verdict"}>
                  <strong>{best}</strong> {percent(probabilities[best] ?? 0, 0)}
                </p>
                <Bars probabilities={probabilities} best={best} truth={truth} />
              </article>
            );
          })}
        </div>
      </div>
    </section>
  );
}
