import { useEffect, useMemo, useState } from "preact/hooks";
import type { Answer } from "../../protocol/messages.js";
import type { StudioState } from "../state/studio.js";
import { filled, texts } from "../texts/index.js";
import { ActivationsView } from "../ui/activations.js";
import { KernelView } from "../ui/kernel.js";
import { MasksView } from "../ui/masks.js";
import { nameOf } from "../ui/names.js";
import { Pad } from "../ui/pad.js";
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
  const looked = [...runs.values()]
    .filter(({ status }) => status === "running" || status === "done" || status === "stopped")
    .slice(-most)
    .map(({ id }) => id);
  const isLearning = looked.some((id) => runs.get(id)?.status === "running");
  const [found, setFound] = useState<readonly InsideOf[]>([]);
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  useEffect(() => {
    let isOver = false;
    const look = async (): Promise<void> => {
      const all: InsideOf[] = [];
      for (const run of looked) {
        const inside = await studio.ask("inside", { run, subject, distortion });
        if (isOver) return;
        if (inside) all.push({ run, inside });
      }
      setFound(all);
      if (isLearning) setTimeout(() => !isOver && void look(), againMs);
    };
    void look();
    return () => {
      isOver = true;
    };
  }, [studio, subject, distortion, looked.join(), isLearning]);
  const shown = found.find(({ run }) => run === chosen) ?? found.at(-1);
  const names = useMemo(
    () =>
      new Map(
        found.flatMap(({ run: id }) => {
          const run = runs.get(id);
          return run ? [[id, nameOf(run.settings, texts.value)] as const] : [];
        }),
      ),
    [found, runs.size, texts.value],
  );
  return (
    <div class="inside">
      <Pad studio={studio} />
      {!shown && <p class="card">{words.nothing}</p>}
      {shown && (
        <>
          <section class="card kernel" aria-labelledby="kernel-heading">
            <header>
              <h2 id="kernel-heading">{words.kernel}</h2>
              {found.length > 1 && (
                <label>
                  <span>{words.network}</span>{" "}
                  <select
                    value={shown.run}
                    onChange={({ currentTarget }) => setChosen(Number(currentTarget.value))}
                  >
                    {found.map(({ run }) => (
                      <option key={run} value={run}>
                        {names.get(run)}
                      </option>
                    ))}
                  </select>
                </label>
              )}
            </header>
            <KernelView inside={shown.inside} />
          </section>
          <section class="card" aria-labelledby="weights-heading">
            <h2 id="weights-heading">{words.weights}</h2>
            <p class="note">{words.weightsHint}</p>
            <div class="side">
              {found.map(({ run: id, inside }) => {
                const run = runs.get(id);
                return run && <WeightsView key={id} run={run} inside={inside} />;
              })}
            </div>
          </section>
          <section class="card" aria-labelledby="masks-heading">
            <h2 id="masks-heading">{words.masks}</h2>
            <p class="note">
              {filled(words.masksHint, { share: Math.round(100 * shown.inside.masks.rate) })}
            </p>
            <div class="side">
              {found.map(({ run: id, inside }) => {
                const run = runs.get(id);
                return run && <MasksView key={id} run={run} inside={inside} />;
              })}
            </div>
          </section>
          <section class="card" aria-labelledby="activations-heading">
            <h2 id="activations-heading">{words.activations}</h2>
            <p class="note">{words.activationsHint}</p>
            <div class="side">
              {found.map(({ run: id, inside }) => {
                const run = runs.get(id);
                return run && <ActivationsView key={id} run={run} inside={inside} />;
              })}
            </div>
          </section>
        </>
      )}
    </div>
  );
}
