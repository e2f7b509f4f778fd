import { movedPixels } from "../../protocol/messages.js";
import { changesCode } from "../code/inside.js";
import type { Screen } from "../state/address.js";
import { type Change, mostly } from "../state/changes.js";
import type { Runs } from "../state/runs.js";
import { counted, filled, percent, texts } from "../texts/index.js";
import { CardHead } from "./card-head.js";
import { colorOf, filesOf, nameOf } from "./names.js";

type Technique = Change["technique"];

/** How each technique's figure is written, and where the page shows more of it. */
const kinds: Readonly<
  Record<
    Technique,
    { readonly text: (value: number) => string; readonly screen: Screen; readonly heading: string }
  >
> = {
  l2: { text: (share) => percent(share, 0), screen: "inside", heading: "weights-heading" },
  l1: { text: (share) => percent(share, 0), screen: "inside", heading: "weights-heading" },
  dropout: { text: counted, screen: "inside", heading: "masks-heading" },
  batchnorm: { text: counted, screen: "inside", heading: "activations-heading" },
  augmentation: { text: (share) => percent(share, 0), screen: "compare", heading: "error-curves-heading" },
};

const figuresOf = ({ technique, base, own }: Change) => ({
  own: kinds[technique].text(own),
  base: kinds[technique].text(base),
  pixels: movedPixels,
  share: percent(mostly, 0),
});

/** What a technique has changed, in a sentence with its figures. */
export function changeSentence(change: Change): string {
  const { changes } = texts.value;
  const { sentence, otherwise } = changes.techniques[change.technique];
  return filled(isAsExpected(change) ? sentence : otherwise, figuresOf(change));
}

/** Whether the figures of this run are what the technique is known for. */
function isAsExpected({ technique, base, own }: Change): boolean {
  return technique === "l2" || technique === "l1" ? own > base : own < base;
}

/** What each technique has changed next to the base network: a figure each, and where to see more of it. */
export function Changes({
  changes,
  runs,
  go,
}: {
  readonly changes: readonly Change[];
  readonly runs: Runs;
  go(screen: Screen, heading: string): void;
}) {
  const { changes: words, techniques } = texts.value;
  if (changes.length === 0) return null;
  return (
    <section class="card changes" aria-labelledby="changes-heading">
      <CardHead
        id="changes-heading"
        title={words.heading}
        figure="changes"
        programs={changesCode(filesOf(changes, runs))}
      />
      <ul>
        {changes.map((change) => {
          const run = runs.get(change.run);
          if (!run) return null;
          const { technique, base, own } = change;
          const most = Math.max(base, own, 1e-9);
          const { text, screen, heading } = kinds[technique];
          const bar = (label: string, value: number, color: string) => (
            <span class="pair">
              <span class="note">{label}</span>
              <span class="track">
                <span class="bar" style={{ width: `${(100 * value) / most}%`, background: color }} />
              </span>
              <span class="count">{text(value)}</span>
            </span>
          );
          return (
            <li key={change.run} class="reader" style={{ "--color": colorOf(run) }}>
              <h3>{nameOf(run, texts.value)}</h3>
              <p class="measure">{filled(words.techniques[technique].measure, figuresOf(change))}</p>
              {bar(techniques.names.base, base, "var(--t-base)")}
              {bar(techniques.names[technique], own, colorOf(run))}
              <p>{changeSentence(change)}</p>
              <button type="button" class="link" onClick={() => go(screen, heading)}>
                {words.more}
                <span class="hidden">: {nameOf(run, texts.value)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
