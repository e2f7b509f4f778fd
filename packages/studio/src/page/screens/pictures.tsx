import { useEffect } from "preact/hooks";
import { byFolder, chosenFiles, droppedFiles, type FoundFile } from "../pictures/dropped-files.js";
import { exampleShapes } from "../pictures/example-shapes.js";
import { mostPixels } from "../pictures/picture-size.js";
import type { PicturesState } from "../state/pictures.js";
import type { Problem } from "../state/problem.js";
import type { StudioState } from "../state/studio.js";
import { counted, filled, isolated, texts } from "../texts/index.js";
import { ClassCard } from "../ui/pictures/class-card.js";
import { FileButton } from "../ui/pictures/file-button.js";
import { PictureMistakes } from "../ui/pictures/mistakes.js";
import { TakeAway } from "../ui/pictures/take-away.js";
import { PictureTraining } from "../ui/pictures/training.js";
import { TryIt } from "../ui/pictures/try-it.js";
import { problemText } from "../ui/problem-text.js";

/** Most names of files that are listed. */
const mostNames = 12;

/** Somebody's own pictures: collect, train, try, take away. */
export function Pictures({ studio, state }: { readonly studio: StudioState; readonly state: PicturesState }) {
  const { pictures: words } = texts.value;
  const nextName = (count: number): string => filled(words.newClass, { number: count + 1 });
  useEffect(() => void state.open([nextName(0), nextName(1)]), [state]);
  const classes = state.classes.value;
  const addFound = (found: readonly FoundFile[]): void => {
    const folders = byFolder(found);
    if (folders) return void state.addFolders(folders);
    const target =
      classes.find(({ pictures }) => pictures.length === 0) ?? state.addClass(nextName(classes.length));
    void state.addFiles(
      target.id,
      found.map(({ file }) => file),
    );
  };
  const fillWithShapes = async (): Promise<void> => {
    const shapes = [...exampleShapes()].map(([shape, squares]) => [words.shapes[shape], squares] as const);
    await state.addSquares(new Map(shapes));
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: what is dropped here can be chosen by a button as well
    <div
      class="pictures"
      inert={!state.isOpen.value}
      onDragOver={(event) => event.preventDefault()}
      onDrop={async (event) => {
        event.preventDefault();
        if (event.dataTransfer) addFound(await droppedFiles(event.dataTransfer));
      }}
    >
      <section class="collect" aria-labelledby="collect-heading">
        <div class="card">
          <h2 id="collect-heading">{words.collect}</h2>
          <p class="note">{words.collectHint}</p>
          <div class="tools">
            <FileButton
              label={words.classFolders}
              isFolder
              onFiles={(files) => addFound(chosenFiles(files))}
            />
            {state.count.value === 0 && !state.isReading.value && (
              <button type="button" onClick={() => void fillWithShapes()}>
                {words.example}
              </button>
            )}
          </div>
          <p class="note">
            {filled(studio.engine.value?.kind === "native" ? words.limit : words.limitPage, {
              count: counted(state.count.value),
              most: counted(state.most.value),
            })}
          </p>
          <AddedNews state={state} />
        </div>
        {classes.map((one) => (
          <ClassCard key={one.id} state={state} one={one} />
        ))}
        <button type="button" onClick={() => state.addClass(nextName(classes.length))}>
          + {words.addClass}
        </button>
      </section>
      <div class="learned">
        <PictureTraining studio={studio} state={state} />
        <TakeAway studio={studio} />
      </div>
      <TryIt studio={studio} state={state} />
      <PictureMistakes studio={studio} state={state} />
    </div>
  );
}

/** Names, so many that they can be read. */
function someOf(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).map(isolated).join(", ");
  const others = names.length - mostNames;
  return others > 0 ? `${shown}… (+${counted(others)})` : shown;
}

/** What is wrong with files: with one as anywhere, or with several at once. */
function filesText(names: readonly string[], problemOf: (name: string) => Problem, several: string): string {
  const [first] = names;
  return names.length === 1 && first !== undefined
    ? problemText(problemOf(first))
    : filled(several, { names: someOf(names), most: mostPixels / 1e6 });
}

/** How far the files have been read. Screen readers are told that they are, not of each one. */
function ReadingNews({ done, total }: { readonly done: number; readonly total: number }) {
  const { pictures: words } = texts.value;
  return (
    <label class="reading">
      <span>{filled(words.reading, { done: counted(done), total: counted(total) })}</span>
      <progress max={total} value={done} />
    </label>
  );
}

/** What became of the files that were added last. */
function AddedNews({ state }: { readonly state: PicturesState }) {
  const { pictures: words } = texts.value;
  const added = state.added.value;
  const reading = state.reading.value;
  if (reading) return <ReadingNews {...reading} />;
  if (!added) return state.isUnkept.value ? <p class="callout">{words.unkept}</p> : null;
  const { duplicates, left, unreadable, huge } = added;
  return (
    <div role="status">
      <p>{filled(words.added, { count: counted(added.added) })}</p>
      {duplicates > 0 && <p>{filled(words.duplicates, { count: counted(duplicates) })}</p>}
      {left > 0 && <p class="callout">{filled(words.left, { count: counted(left) })}</p>}
      {unreadable.length > 0 && (
        <p class="callout">
          {filesText(unreadable, (name) => ({ kind: "unreadable", name }), words.unreadable)}
        </p>
      )}
      {huge.length > 0 && (
        <p class="callout">
          {filesText(huge, (name) => ({ kind: "huge", name, most: mostPixels }), words.huge)}
        </p>
      )}
      {state.isUnkept.value && <p class="callout">{words.unkept}</p>}
    </div>
  );
}
