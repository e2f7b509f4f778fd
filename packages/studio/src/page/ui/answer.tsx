import { useMemo } from "preact/hooks";
import { fromBase64 } from "../../protocol/base64.js";
import { isLagging } from "../../protocol/lagging.js";
import { undistorted } from "../../protocol/messages.js";
import { knobDefaults } from "../../protocol/settings.js";
import { oneDigitCode } from "../code/compare.js";
import type { StudioState } from "../state/studio.js";
import { filled, percent, texts } from "../texts/index.js";
import { Announced } from "./announced.js";
import { CardHead } from "./card-head.js";
import { digitOf, fileOf } from "./names.js";
import { Pixels } from "./pixels.js";

/** Below this probability the network does not really know. */
const knows = 0.2;
const sure = 0.6;

/** What the network is given, and the ten numbers that it gives back. */
export function AnswerView({ studio }: { readonly studio: StudioState }) {
  const { answer } = texts.value;
  const reading = studio.reading.value;
  const distortion = studio.distortion.value;
  const isMoved = distortion !== undistorted;
  const seen = useMemo(() => (reading ? fromBase64(reading.seen) : new Uint8Array(784)), [reading?.seen]);
  const probabilities = reading?.probabilities ?? [];
  const best = probabilities.indexOf(Math.max(...probabilities));
  const change = (to: typeof distortion): void => studio.show(studio.subject.value, to);
  const run = studio.current.value;
  const says =
    !reading && studio.subject.value.kind === "digit" ? answer.waiting : verdict(probabilities, best);
  const isWrong = isMoved && studio.subject.value.kind === "digit" && reading && best !== studio.label.value;
  return (
    <section class="card answer" aria-labelledby="answer-heading">
      <CardHead
        id="answer-heading"
        title={answer.heading}
        figure="answer"
        programs={run && oneDigitCode([fileOf(run)], digitOf(studio.subject.value), distortion)}
      />
      <p class="verdict">{says}</p>
      <Announced text={says} about={best} />
      <div class="answer-body">
        <figure class="seen">
          <Pixels bytes={seen} width={28} height={28} label={answer.seen} />
          <figcaption>{answer.seen}</figcaption>
        </figure>
        <Bars probabilities={probabilities} best={best} />
      </div>
      <div class="tools">
        <button
          type="button"
          aria-pressed={distortion.right !== 0}
          onClick={() => change(distortion.right === 0 ? { ...distortion, right: 4 } : undistorted)}
        >
          {answer.moveRight}
        </button>
        <button
          type="button"
          aria-pressed={distortion.rotation !== 0}
          onClick={() => change(distortion.rotation === 0 ? { ...distortion, rotation: 30 } : undistorted)}
        >
          {answer.turn}
        </button>
        {isMoved && (
          <button type="button" onClick={() => change(undistorted)}>
            {answer.reset}
          </button>
        )}
      </div>
      {run && isLagging(run) && !studio.moment.value && <p class="callout">{answer.lagging}</p>}
      {isWrong && !run?.settings.augmentation && (
        <p class="callout">
          {filled(answer.whyMoved, { digit: best })}{" "}
          <button
            type="button"
            class="link"
            onClick={() =>
              void studio.start({
                ...studio.settings.value,
                augmentation: knobDefaults.augmentation,
              })
            }
          >
            {answer.tryAugmentation}
          </button>
        </p>
      )}
    </section>
  );
}

function verdict(probabilities: readonly number[], best: number): string {
  const { answer } = texts.value;
  const share = probabilities[best];
  if (share === undefined) return answer.nothing;
  if (share < knows) return answer.knowsNothing;
  return filled(share < sure ? answer.unsure : answer.reads, { digit: best, share: percent(share, 0) });
}

/** Ten bars, always in the same order. */
export function Bars({
  probabilities,
  best,
  truth,
}: {
  readonly probabilities: readonly number[];
  readonly best: number;
  readonly truth?: number | undefined;
}) {
  const { answer } = texts.value;
  return (
    <ol class="bars">
      {Array.from({ length: 10 }, (_, digit) => {
        const share = probabilities[digit] ?? 0;
        return (
          <li
            key={digit}
            class={digit === best ? (truth === undefined || truth === best ? "best" : "best wrong") : ""}
          >
            <span class="digit">
              <span class="hidden">{filled(answer.bar, { digit })}</span>
              <span aria-hidden="true">{digit}</span>
            </span>
            <span class="track">
              <span class="bar" style={{ width: `${100 * share}%` }} />
            </span>
            <span class="share">{percent(share, 0)}</span>
          </li>
        );
      })}
    </ol>
  );
}
