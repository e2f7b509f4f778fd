import { movedPixels } from "../../protocol/messages.js";
import { type Change, mostly } from "../state/changes.js";
import { counted, filled, percent, texts } from "../texts/index.js";

/** How a change's figures are written. */
export const figureText = (technique: Change["technique"], value: number): string =>
  technique === "dropout" || technique === "batchnorm" ? counted(value) : percent(value, 0);

/** What texts about a change are filled with. */
export const figuresOf = ({ technique, base, own }: Change) => ({
  own: figureText(technique, own),
  base: figureText(technique, base),
  pixels: movedPixels,
  share: percent(mostly, 0),
});

/** What a technique has changed, in a sentence with its figures, and why the test says otherwise, where it does. */
export function changeSentence(change: Change): string {
  const { changes } = texts.value;
  const { sentence, otherwise } = changes.techniques[change.technique];
  const said = filled(isAsExpected(change) ? sentence : otherwise, figuresOf(change));
  if (!change.lag) return said;
  const { remembered, own } = change.lag;
  const why = change.technique === "augmentation" ? changes.readByOwn : changes.lagging;
  return `${said} ${filled(why, { remembered: percent(remembered, 0), own: percent(own, 0) })}`;
}

/** What all techniques of a run have changed; empty where that is not known. */
export const changesSentence = (changes: readonly Change[], run: number): string =>
  changes
    .filter((change) => change.run === run)
    .map(changeSentence)
    .join(" ");

/** Whether the figures of this run are what the technique is known for. */
function isAsExpected({ technique, base, own }: Change): boolean {
  return technique === "l2" || technique === "l1" ? own > base : own < base;
}
