import { useState } from "preact/hooks";
import { chosenFiles, droppedFiles } from "../../pictures/dropped-files.js";
import type { PictureClass, PicturesState } from "../../state/pictures.js";
import { counted, filled, isolated, texts } from "../../texts/index.js";
import { Icon } from "../icon.js";
import { Camera } from "./camera.js";
import { FileButton } from "./file-button.js";
import { Paper } from "./paper.js";

/** Most thumbnails that a card shows; the last ones. */
const most = 60;
const captureMs = 200;

/** A class: its name, its pictures, and where more of them come from. */
export function ClassCard({ state, one }: { readonly state: PicturesState; readonly one: PictureClass }) {
  const { pictures: words } = texts.value;
  const [source, setSource] = useState<"camera" | "paper" | undefined>(undefined);
  const [isTaking, setIsTaking] = useState(false);
  const [isOver, setIsOver] = useState(false);
  const { id, name, pictures } = one;
  const add = (files: readonly File[]): void => void state.addFiles(id, files);
  const toggle = (kind: "camera" | "paper"): void => {
    setIsTaking(false);
    setSource(source === kind ? undefined : kind);
  };
  return (
    <section
      class={`card picture-class ${isOver ? "over" : ""}`}
      aria-label={name}
      onDragOver={(event) => {
        event.preventDefault();
        setIsOver(true);
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={async (event) => {
        event.preventDefault();
        event.stopPropagation();
        setIsOver(false);
        if (event.dataTransfer) add((await droppedFiles(event.dataTransfer)).map(({ file }) => file));
      }}
    >
      <header>
        <input
          type="text"
          class="class-name"
          dir="auto"
          aria-label={words.className}
          value={name}
          maxLength={60}
          onInput={({ currentTarget }) => state.rename(id, currentTarget.value)}
        />
        <span class="count">{filled(words.count, { count: counted(pictures.length) })}</span>
        <button
          type="button"
          class="quiet"
          aria-label={filled(words.removeClass, { name: isolated(name) })}
          onClick={() => state.removeClass(id)}
        >
          <Icon name="close" />
        </button>
      </header>
      <div class="tools">
        <FileButton label={words.files} isMultiple onFiles={add} />
        <FileButton
          label={words.folder}
          isFolder
          onFiles={(files) => add(chosenFiles(files).map(({ file }) => file))}
        />
        <button type="button" aria-pressed={source === "camera"} onClick={() => toggle("camera")}>
          {words.camera}
        </button>
        <button type="button" aria-pressed={source === "paper"} onClick={() => toggle("paper")}>
          {words.draw}
        </button>
      </div>
      {source === "camera" && (
        <Camera isTaking={isTaking} everyMs={captureMs} onPicture={(square) => state.addSquare(id, square)}>
          <button
            type="button"
            class="primary"
            aria-pressed={isTaking}
            onClick={() => setIsTaking(!isTaking)}
          >
            {isTaking ? words.stopTaking : words.take}
          </button>
        </Camera>
      )}
      {source === "paper" && (
        <Paper>
          {({ clear, square }) => (
            <button
              type="button"
              class="primary"
              onClick={() => {
                const drawn = square();
                if (drawn) void state.addSquare(id, drawn);
                clear();
              }}
            >
              {words.addDrawing}
            </button>
          )}
        </Paper>
      )}
      <ul class="thumbnails">
        {pictures
          .slice(-most)
          .toReversed()
          .map((picture, i) => (
            <li key={picture.id}>
              <button
                type="button"
                title={words.removePicture}
                aria-label={`${words.removePicture} ${pictures.length - i}`}
                onClick={() => state.removePicture(id, picture)}
              >
                <img src={picture.url} alt="" loading="lazy" />
              </button>
            </li>
          ))}
      </ul>
      {pictures.length === 0 && <p class="note">{words.dropHere}</p>}
    </section>
  );
}
