import type { ReadonlySignal } from "@preact/signals";
import { fromBase64 } from "../../protocol/base64.js";
import { type FileFormat, fileFormats, type RunRecord } from "../../protocol/messages.js";
import type { Change } from "../state/changes.js";
import type { StudioState } from "../state/studio.js";
import { filled, percent, texts } from "../texts/index.js";
import { changesSentence } from "./change-text.js";
import { colorOf, fileOf, nameOf } from "./names.js";
import { saveFile } from "./save-file.js";

/** Has a network written as a file, and saves it. */
async function download(studio: StudioState, run: RunRecord, format: FileFormat): Promise<void> {
  const answer = await studio.ask("save", { run: run.id, format });
  if (!answer) return;
  saveFile(fileOf(run).replace(/keras$/, format), new Blob([fromBase64(answer.bytes)]));
}

/** All runs: the legend of the curves, which shows and hides them. */
export function RunList({
  studio,
  changes,
}: {
  readonly studio: StudioState;
  readonly changes: ReadonlySignal<readonly Change[]>;
}) {
  const { runs: words } = texts.value;
  const runs = [...studio.runs.value.values()];
  const hidden = studio.hidden.value;
  const toggle = (id: number): void => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    studio.hidden.value = next;
  };
  return (
    <section class="card runs" aria-labelledby="runs-heading">
      <h2 id="runs-heading">{words.heading}</h2>
      {runs.length === 0 && <p class="note">{words.none}</p>}
      <ul>
        {runs.toReversed().map((run) => {
          const name = nameOf(run, texts.value);
          const changed = changesSentence(changes.value, run.id);
          const best = Math.max(...run.epochs.map(({ valAccuracy }) => valAccuracy));
          return (
            <li key={run.id} class={run.status}>
              <label>
                <input
                  type="checkbox"
                  checked={!hidden.has(run.id)}
                  aria-label={filled(words.show, { run: name })}
                  onChange={() => toggle(run.id)}
                />
                <i class="dot" style={{ background: colorOf(run) }} />
                <span class="name">{name}</span>
              </label>
              <span class="facts">
                {run.test ? (
                  <span>{filled(words.test, { accuracy: percent(run.test.accuracy) })}</span>
                ) : (
                  run.epochs.length > 0 && (
                    <span>{filled(words.validation, { accuracy: percent(best) })}</span>
                  )
                )}
                <span class="state">{words.status[run.status]}</span>
              </span>
              {run.isUnkept && <p class="changed">{words.unkept}</p>}
              {changed !== "" && <p class="changed">{changed}</p>}
              {(run.status === "done" || run.status === "stopped") && (
                <span class="download">
                  {fileFormats.map((format) => (
                    <button
                      type="button"
                      class="link"
                      key={format}
                      onClick={() => void download(studio, run, format)}
                    >
                      <span class="hidden">{filled(words.download, { run: name })} </span>.{format}
                    </button>
                  ))}
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
