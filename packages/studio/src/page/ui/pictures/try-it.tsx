import { useEffect, useState } from "preact/hooks";
import { problemWith } from "../../pictures/picture-problem.js";
import { squareOfFile } from "../../pictures/square.js";
import type { Answer, PicturesState } from "../../state/pictures.js";
import type { Problem } from "../../state/problem.js";
import type { StudioState } from "../../state/studio.js";
import { isolated, percent, texts } from "../../texts/index.js";
import { Announced } from "../announced.js";
import { problemText } from "../problem-text.js";
import { Camera } from "./camera.js";
import { FileButton } from "./file-button.js";
import { Paper } from "./paper.js";
import { bestOf } from "./training.js";

/** Milliseconds between two looks of the camera. */
const lookMs = 100;

/** What the network makes of a picture that it has never seen. */
export function TryIt({ studio, state }: { readonly studio: StudioState; readonly state: PicturesState }) {
  const { pictures: words } = texts.value;
  const run = studio.pictureRun.value;
  const [source, setSource] = useState<"camera" | "paper" | "file" | undefined>(undefined);
  const [answer, setAnswer] = useState<Answer | undefined>(undefined);
  const [url, setUrl] = useState<string | undefined>(undefined);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  // Another network has other classes.
  useEffect(() => setAnswer(undefined), [run?.id]);
  const read = async (square: OffscreenCanvas): Promise<void> => setAnswer(await state.read(square));
  const open = async ([file]: readonly File[]): Promise<void> => {
    if (!file) return;
    try {
      const square = await squareOfFile(file);
      const shown = URL.createObjectURL(await square.convertToBlob());
      if (url !== undefined) URL.revokeObjectURL(url);
      setUrl(shown);
      setSource("file");
      setProblem(undefined);
      await read(square);
    } catch (error) {
      setProblem(problemWith(file, error));
    }
  };
  const toggle = (kind: "camera" | "paper"): void => {
    setAnswer(undefined);
    setSource(source === kind ? undefined : kind);
  };
  if (!run) {
    return (
      <section class="card try-it" aria-labelledby="try-heading">
        <h2 id="try-heading">{words.try}</h2>
        <p class="note">{words.tryLater}</p>
      </section>
    );
  }
  return (
    <section class="card try-it" aria-labelledby="try-heading">
      <h2 id="try-heading">{words.try}</h2>
      <div class="tools">
        <FileButton label={words.openPicture} onFiles={(files) => void open(files)} />
        <button type="button" aria-pressed={source === "camera"} onClick={() => toggle("camera")}>
          {words.camera}
        </button>
        <button type="button" aria-pressed={source === "paper"} onClick={() => toggle("paper")}>
          {words.draw}
        </button>
      </div>
      {problem !== undefined && (
        <p class="callout" role="alert">
          {problemText(problem)}
        </p>
      )}
      {source === "camera" && <Camera isTaking everyMs={lookMs} onPicture={read} />}
      {source === "paper" && <Paper onChange={(square) => void read(square)} />}
      {source === "file" && url !== undefined && <img class="tried" src={url} alt={words.openPicture} />}
      {answer && <ClassBars classes={run.settings.classes} answer={answer} />}
    </section>
  );
}

/** How sure a network is of each class. */
export function ClassBars({
  classes,
  answer,
}: {
  readonly classes: readonly string[];
  readonly answer: Answer;
}) {
  const best = bestOf(answer);
  const sentence = `${isolated(classes[best] ?? "")} (${percent(answer[best] ?? 0, 0)})`;
  return (
    <>
      <p class="verdict">{sentence}</p>
      <Announced text={sentence} about={best} />
      <ol class="bars">
        {classes.map((name, i) => (
          <li key={name} class={i === best ? "best" : ""}>
            <bdi class="digit">{name}</bdi>
            <span class="track">
              <span class="bar" style={{ width: `${100 * (answer[i] ?? 0)}%` }} />
            </span>
            <span class="share">{percent(answer[i] ?? 0, 0)}</span>
          </li>
        ))}
      </ol>
    </>
  );
}
