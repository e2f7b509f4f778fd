import { createPaper, Drawing } from "@trazo/serve/pad";
import { useEffect, useRef } from "preact/hooks";
import { squareOf } from "../../pictures/square.js";
import { texts } from "../../texts/index.js";

const side = 280;

/** Paper for a small drawing. */
export function Paper({
  children,
  onChange,
}: {
  /** Buttons, given what clears the paper and what is drawn on it. */
  readonly children?: (tools: PaperTools) => preact.ComponentChildren;
  onChange?(square: OffscreenCanvas): void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const tools = useRef<PaperTools>({ clear: () => undefined, square: () => undefined });
  const { pad, pictures } = texts.value;
  const changed = useRef(onChange);
  changed.current = onChange;
  useEffect(() => {
    if (!canvas.current) return;
    const drawing = new Drawing(side);
    const show = (): void => {
      paper.show();
      if (drawing.state === "drawn") changed.current?.(squareOf(drawing.canvas, side, side));
    };
    const clear = (): void => {
      drawing.clear();
      paper.reset();
      paper.show();
    };
    const paper = createPaper(canvas.current, drawing, show, clear);
    tools.current = {
      clear,
      square: () => (drawing.state === "drawn" ? squareOf(drawing.canvas, side, side) : undefined),
    };
    paper.show();
  }, []);
  return (
    <div class="paper">
      {/* biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: a canvas is drawn on with a pointer and with keys of its own */}
      <canvas
        ref={canvas}
        width={side}
        height={side}
        tabIndex={0}
        role="application"
        aria-label={`${pad.area}. ${pad.keyboard}`}
      />
      <div class="tools">
        {children?.({ clear: () => tools.current.clear(), square: () => tools.current.square() })}
        <button type="button" onClick={() => tools.current.clear()}>
          {pictures.clear}
        </button>
      </div>
    </div>
  );
}

export interface PaperTools {
  clear(): void;
  /** Undefined while nothing is drawn. */
  square(): OffscreenCanvas | undefined;
}
