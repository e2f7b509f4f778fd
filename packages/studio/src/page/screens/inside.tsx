import { Fragment, type VNode } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import type { Answer, RunRecord } from "../../protocol/messages.js";
import {
  activationsCode,
  averagesCode,
  filterCode,
  lookedCode,
  masksCode,
  weightsCode,
} from "../code/inside.js";
import type { StudioState } from "../state/studio.js";
import { filled, texts } from "../texts/index.js";
import { ActivationsView } from "../ui/activations.js";
import { AveragesView } from "../ui/averages.js";
import { CardHead } from "../ui/card-head.js";
import { Rewind } from "../ui/controls.js";
import { KernelView } from "../ui/kernel.js";
import { LookedAt } from "../ui/looked-at.js";
import { MasksView } from "../ui/masks.js";
import { digitOf, fileOf, filesOf, nameOf } from "../ui/names.js";
import { Pad } from "../ui/pad.js";
import { ResilienceCurves } from "../ui/resilience.js";
import { WeightsView } from "../ui/weights.js";

/** Most networks whose insides are shown side by side. */
const most = 6;
/** Milliseconds between two looks while a network still learns. */
const againMs = 1500;

export type InsideOf = { readonly run: number; readonly inside: Answer<"inside"> };

/** How a network works, and what each technique has made of it. */
export function Inside({ studio }: { readonly studio: StudioState }) {
  const { inside: words } = texts.value;
  const runs = studio.runs.value;
  const subject = studio.subject.value;
  const distortion = studio.distortion.value;
  const moment = studio.moment.value;
  const looked = [...runs.values()]
    .filter(({ status }) => status === "running" || status === "done" || status === "stopped")
    .slice(-most)
    .map(({ id }) => id);
  const isLearning = looked.some((id) => runs.get(id)?.status === "running");
  const [found, setFound] = useState<readonly InsideOf[]>([]);
  const chosen = studio.looked.value;
  useEffect(() => {
    let isOver = false;
    const look = async (): Promise<void> => {
      const all: InsideOf[] = [];
      for (const run of looked) {
        const step = moment?.run === run ? { step: moment.step } : {};
        const inside = await studio.ask("inside", { run, subject, distortion, ...step });
        if (isOver) return;
        if (inside) all.push({ run, inside });
        // The first look at many networks takes a while; later ones replace all at once.
        setFound((before) => (before.length > all.length ? before : [...all]));
      }
      setFound(all);
      if (isLearning) setTimeout(() => !isOver && void look(), againMs);
    };
    void look();
    return () => {
      isOver = true;
    };
  }, [studio, subject, distortion, looked.join(), isLearning, moment, studio.opening.value]);
  const shown = found.find(({ run }) => run === chosen) ?? found.at(-1);
  const shownRun = shown && runs.get(shown.run);
  const digit = digitOf(subject);
  const files = filesOf(found, runs);
  const over = [...runs.values()].filter(({ status }) => status === "done" || status === "stopped");
  const truth = subject.kind === "digit" ? studio.label.value : undefined;
  /** The same of several networks, side by side. */
  const each = (some: readonly InsideOf[], view: (run: RunRecord, inside: Answer<"inside">) => VNode) => (
    <div class="side">
      {some.map(({ run: id, inside }) => {
        const run = runs.get(id);
        return run && <Fragment key={id}>{view(run, inside)}</Fragment>;
      })}
    </div>
  );
  const averaged = found.filter(({ inside }) => inside.averages !== null);
  const names = useMemo(
    () =>
      new Map(
        found.flatMap(({ run: id }) => {
          const run = runs.get(id);
          return run ? [[id, nameOf(run, texts.value)] as const] : [];
        }),
      ),
    [found, runs.size, texts.value],
  );
  return (
    <div class="inside">
      <div class="first">
        <Pad studio={studio} />
        <section class="card" aria-label={texts.value.controls.rewind}>
          <Rewind studio={studio} run={studio.current.value} />
        </section>
      </div>
      {!shown && <p class="card">{looked.length > 0 ? words.looking : words.nothing}</p>}
      {shown && (
        <>
          <section class="card kernel" aria-labelledby="kernel-heading">
            <CardHead
              id="kernel-heading"
              title={words.kernel}
              figure="filter"
              programs={shownRun && filterCode(fileOf(shownRun), digit)}
            >
              {found.length > 1 && (
                <label>
                  <span>{words.network}</span>{" "}
                  <select
                    value={shown.run}
                    onChange={({ currentTarget }) => {
                      studio.looked.value = Number(currentTarget.value);
                    }}
                  >
                    {found.map(({ run }) => (
                      <option key={run} value={run}>
                        {names.get(run)}
                      </option>
                    ))}
                  </select>
                </label>
              )}
            </CardHead>
            <KernelView inside={shown.inside} filter={studio.filter} />
          </section>
          <div class={found.length <= 2 ? "parts few" : "parts"}>
            <section class="card" aria-labelledby="looked-heading">
              <CardHead
                id="looked-heading"
                title={words.looked}
                figure="looked"
                programs={lookedCode(files, digit)}
              />
              <p class="note">{words.lookedHint}</p>
              <div class="tools">
                <button type="button" onClick={() => void showMistake(studio, shown.run)}>
                  {words.nextMistake}
                </button>
              </div>
              {each(found, (run, inside) => (
                <LookedAt run={run} inside={inside} truth={truth} />
              ))}
            </section>
            <section class="card" aria-labelledby="weights-heading">
              <CardHead
                id="weights-heading"
                title={words.weights}
                figure="weights"
                programs={weightsCode(files)}
              />
              <p class="note">{words.weightsHint}</p>
              {each(found, (run, inside) => (
                <WeightsView run={run} inside={inside} />
              ))}
            </section>
            <section class="card" aria-labelledby="masks-heading">
              <CardHead
                id="masks-heading"
                title={words.masks}
                figure="dropout"
                programs={masksCode(files, digit, shown.inside.masks.rate)}
              />
              <p class="note">
                {filled(words.masksHint, { share: Math.round(100 * shown.inside.masks.rate) })}
              </p>
              {each(found, (run, inside) => (
                <MasksView run={run} inside={inside} />
              ))}
            </section>
            <section class="card" aria-labelledby="activations-heading">
              <CardHead
                id="activations-heading"
                title={words.activations}
                figure="activations"
                programs={activationsCode(files)}
              />
              <p class="note">{words.activationsHint}</p>
              {each(found, (run, inside) => (
                <ActivationsView run={run} inside={inside} />
              ))}
            </section>
            {averaged.length > 0 && (
              <section class="card" aria-labelledby="averages-heading">
                <CardHead
                  id="averages-heading"
                  title={words.averages}
                  figure="moving-averages"
                  programs={averagesCode(filesOf(averaged, runs))}
                />
                <p class="note">{words.averagesHint}</p>
                {each(averaged, (run, inside) => (
                  <AveragesView run={run} inside={inside} />
                ))}
              </section>
            )}
            <ResilienceCurves studio={studio} readers={over.map(({ id }) => id).join()} />
          </div>
        </>
      )}
    </div>
  );
}

/** Shows a test digit that a network misreads, another one each time. */
async function showMistake(studio: StudioState, id: number): Promise<void> {
  const reading = await studio.ask("readTest", { distortion: studio.distortion.value });
  const read = reading?.runs.find(({ run }) => run === id)?.read ?? [];
  const wrong = (reading?.indices ?? []).filter((_, i) => read[i] !== reading?.labels[i]);
  const subject = studio.subject.value;
  const last = subject.kind === "digit" ? subject.index : -1;
  const next = wrong.find((index) => index > last) ?? wrong[0];
  if (next !== undefined) await studio.showDigit(next);
}
