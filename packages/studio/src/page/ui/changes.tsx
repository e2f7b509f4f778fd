import { changesCode } from "../code/inside.js";
import type { Screen } from "../state/address.js";
import type { Change } from "../state/changes.js";
import type { Runs } from "../state/runs.js";
import { filled, texts } from "../texts/index.js";
import { CardHead } from "./card-head.js";
import { changeSentence, figuresOf, figureText } from "./change-text.js";
import { colorOf, filesOf, nameOf } from "./names.js";

type Technique = Change["technique"];

/** Where the page shows more of what a technique does. */
const places: Readonly<Record<Technique, { readonly screen: Screen; readonly heading: string }>> = {
  l2: { screen: "inside", heading: "weights-heading" },
  l1: { screen: "inside", heading: "weights-heading" },
  dropout: { screen: "inside", heading: "masks-heading" },
  batchnorm: { screen: "inside", heading: "averages-heading" },
  augmentation: { screen: "compare", heading: "error-curves-heading" },
};

/** One change of each run. */
const oneOfEach = (changes: readonly Change[]): readonly Change[] => [
  ...new Map(changes.map((change) => [change.run, change])).values(),
];

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
        programs={changesCode(filesOf(oneOfEach(changes), runs))}
      />
      <ul>
        {changes.map((change) => {
          const run = runs.get(change.run);
          if (!run) return null;
          const { technique, base, own } = change;
          const most = Math.max(base, own, 1e-9);
          const { screen, heading } = places[technique];
          const bar = (label: string, value: number, color: string) => (
            <span class="pair">
              <span class="note">{label}</span>
              <span class="track">
                <span class="bar" style={{ width: `${(100 * value) / most}%`, background: color }} />
              </span>
              <span class="count">{figureText(technique, value)}</span>
            </span>
          );
          return (
            <li key={`${change.run} ${technique}`} class="reader" style={{ "--color": colorOf(run) }}>
              <h3>{nameOf(run, texts.value)}</h3>
              <p class="measure">{filled(words.techniques[technique].measure, figuresOf(change))}</p>
              {bar(techniques.names.base, base, "var(--t-base)")}
              {bar(nameOf(run, texts.value), own, colorOf(run))}
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
