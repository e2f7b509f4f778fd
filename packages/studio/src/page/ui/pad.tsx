import { createPaper, Drawing, onPicture, readPicture } from "@trazo/serve/pad";
import { useEffect, useRef, useState } from "preact/hooks";
import { toBase64 } from "../../protocol/base64.js";
import { problemWith } from "../pictures/picture-problem.js";
import { requireModestSize } from "../pictures/picture-size.js";
import type { StudioState } from "../state/studio.js";
import { filled, texts } from "../texts/index.js";

/** Pixels per side of the paper, and of what is sent: more than enough for 28. */
const paperSide = 320;
const sent = 112;

/** Paper to draw on; what is drawn is read with every stroke. */
export function Pad({ studio }: { readonly studio: StudioState }) {
  const { pad } = texts.value;
  const canvas = useRef<HTMLCanvasElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const tools = useRef<{ undo(): void; clear(): void }>(undefined);
  const [canUndo, setCanUndo] = useState(false);
  const subject = studio.subject.value;

  useEffect(() => {
    if (!canvas.current) return;
    const drawing = new Drawing(paperSide);
    const changed = (): void => {
      paper.show();
      setCanUndo(drawing.canUndo);
      if (drawing.state === "drawn") studio.show({ kind: "drawing", side: sent, pixels: inkOf(drawing) });
    };
    const clear = (): void => {
      drawing.clear();
      paper.reset();
      changed();
    };
    const paper = createPaper(canvas.current, drawing, changed, clear);
    tools.current = {
      clear,
      undo() {
        drawing.undo();
        paper.reset();
        changed();
      },
    };
    paper.show();
    const end = new AbortController();
    const open = async (picture: File): Promise<void> => {
      try {
        await requireModestSize(picture);
        const square = (await readPicture(picture)).square(paperSide);
        if (!square) throw new Error("The browser cannot read this picture.");
        if (end.signal.aborted) return;
        drawing.open(square, picture);
        studio.problem.settle("picture");
        changed();
      } catch (error) {
        studio.problem.tell(problemWith(picture, error), "picture");
      }
    };
    if (file.current) onPicture(file.current, (picture) => void open(picture), end.signal);
    return () => end.abort();
  }, [studio]);

  const label = studio.label.value;
  const isDigit = subject.kind === "digit";
  return (
    <section class="card pad" aria-labelledby="pad-heading">
      <h2 id="pad-heading">{pad.heading}</h2>
      <div class="paper">
        {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a canvas is drawn on with a pointer and with keys of its own */}
        <canvas
          ref={canvas}
          width={paperSide}
          height={paperSide}
          tabIndex={0}
          role="application"
          aria-label={pad.area}
          aria-describedby="pad-keyboard"
        />
        {isDigit && !canUndo && <span class="invitation">{pad.drawHere}</span>}
      </div>
      <p id="pad-keyboard" class="hidden">
        {pad.keyboard}
      </p>
      <div class="tools">
        <label class="button">
          {pad.open}
          <input ref={file} class="hidden" type="file" accept="image/*" />
        </label>
        <button type="button" disabled={!canUndo} onClick={() => tools.current?.undo()}>
          {pad.undo}
        </button>
        <button type="button" disabled={!canUndo} onClick={() => tools.current?.clear()}>
          {pad.clear}
        </button>
        <button
          type="button"
          onClick={() => {
            tools.current?.clear();
            void studio.showDigit(anotherDigit(studio.data.value?.test ?? 1));
          }}
        >
          {pad.otherDigit}
        </button>
      </div>
      <p class="note">{isDigit && label !== undefined ? filled(pad.testDigit, { label }) : "\u00a0"}</p>
    </section>
  );
}

const anotherDigit = (count: number): number => Math.floor(Math.random() * count);

/** Gray levels of the drawing, small enough to send with every stroke. */
function inkOf(drawing: Drawing): string {
  const small = new OffscreenCanvas(sent, sent);
  const context = small.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("The browser cannot draw.");
  context.drawImage(drawing.canvas, 0, 0, sent, sent);
  const { data } = context.getImageData(0, 0, sent, sent);
  return toBase64(Uint8Array.from({ length: sent * sent }, (_, i) => data[4 * i] as number));
}
