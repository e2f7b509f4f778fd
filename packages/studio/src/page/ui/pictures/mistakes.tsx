import { useEffect, useState } from "preact/hooks";
import type { PictureAnswer, PictureHeat } from "../../../protocol/pictures.js";
import { pictureMistakesCode } from "../../code/pictures.js";
import type { PicturesState } from "../../state/pictures.js";
import type { StudioState } from "../../state/studio.js";
import { filled, isolated, percent, texts } from "../../texts/index.js";
import { CardHead } from "../card-head.js";
import { Heat } from "../heat.js";
import { bestOf } from "./training.js";

/** Most pictures that are shown. */
const most = 24;

/** Validation pictures that the network took for another class, the surest mistakes first, and where it looked. */
export function PictureMistakes({
  studio,
  state,
}: {
  readonly studio: StudioState;
  readonly state: PicturesState;
}) {
  const { pictures: words } = texts.value;
  const run = studio.pictureRun.value;
  const { sent } = state;
  if (!run || run.answers.length === 0 || sent.length === 0) return null;
  const sureness = ({ probabilities }: PictureAnswer): number => Math.max(...probabilities);
  const wrong = run.answers
    .filter(({ label, probabilities }) => bestOf(probabilities) !== label)
    .sort((a, b) => sureness(b) - sureness(a));
  // Some may have been removed since.
  const shown = wrong.filter(({ picture }) => sent[picture]).slice(0, most);
  return (
    <section class="card picture-mistakes" aria-labelledby="picture-mistakes-heading">
      <CardHead
        id="picture-mistakes-heading"
        title={words.mistakes}
        figure="mistakes"
        programs={pictureMistakesCode(run.settings)}
      />
      <p class="note">
        {wrong.length === 0
          ? filled(words.noMistakes, { count: run.answers.length })
          : filled(words.mistakesHint, { wrong: wrong.length, count: run.answers.length })}
      </p>
      <ul>
        {shown.map((answer) => (
          <Mistake key={`${run.id} ${answer.picture}`} state={state} answer={answer} />
        ))}
      </ul>
    </section>
  );
}

function Mistake({ state, answer }: { readonly state: PicturesState; readonly answer: PictureAnswer }) {
  const { pictures: words } = texts.value;
  const [heat, setHeat] = useState<PictureHeat | undefined>(undefined);
  useEffect(() => {
    let isOver = false;
    void state.heatOf(answer).then((found) => !isOver && setHeat(found));
    return () => {
      isOver = true;
    };
  }, [state, answer]);
  const classes = state.run?.settings.classes ?? [];
  const best = bestOf(answer.probabilities);
  return (
    <li>
      <span class="heated">
        <img src={state.sent[answer.picture]?.url} alt="" />
        {heat && <Heat heat={heat} label={words.heat} />}
      </span>
      <span>
        {filled(words.mistake, {
          label: isolated(classes[answer.label] ?? ""),
          read: isolated(classes[best] ?? ""),
          share: percent(answer.probabilities[best] ?? 0, 0),
        })}
      </span>
    </li>
  );
}
