import { useRef, useState } from "preact/hooks";
import { texts } from "../../texts/index.js";
import { Icon } from "../icon.js";
import { saveFile } from "../save-file.js";
import { type Figure, figureSvg } from "./figure-svg.js";

/** Pixels of a PNG for each on the screen, so that it is sharp on paper, too. */
const density = 2;

/** Copies or saves the card that it is in, as a picture. */
export function FigureTools({ name }: { readonly name: string }) {
  const { figure } = texts.value;
  const place = useRef<HTMLDetailsElement>(null);
  const [isCopied, setIsCopied] = useState(false);
  const svg = (): Figure | undefined => {
    const card = place.current?.closest<HTMLElement>(".card");
    return card ? figureSvg(card) : undefined;
  };
  const close = (): void => {
    if (place.current) place.current.open = false;
  };
  const png = async (): Promise<Blob> => {
    const made = svg();
    if (!made) throw new Error("There is no figure.");
    return await pngOf(made);
  };
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.write([new ClipboardItem({ "image/png": png() })]);
      setIsCopied(true);
      setTimeout(() => setIsCopied(false), 2000);
    } catch {
      // Where copying is not allowed, it is saved.
      saveFile(`${name}.png`, await png());
    }
    close();
  };
  return (
    <details
      ref={place}
      class="figure-tools"
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        close();
        place.current?.querySelector("summary")?.focus();
      }}
      onFocusOut={({ relatedTarget }) => {
        // Where a click focuses nothing, it may still be on one of its buttons.
        if (relatedTarget && !place.current?.contains(relatedTarget as Node)) close();
      }}
    >
      <summary class="tool" title={figure.heading}>
        <Icon name="save" /> <span>{isCopied ? figure.copied : figure.heading}</span>
      </summary>
      <div>
        <button type="button" onClick={() => void copy()}>
          {figure.copy}
        </button>
        <button
          type="button"
          onClick={async () => {
            saveFile(`${name}.png`, await png());
            close();
          }}
        >
          PNG
        </button>
        <button
          type="button"
          onClick={() => {
            const made = svg();
            if (made) saveFile(`${name}.svg`, new Blob([made.svg], { type: "image/svg+xml" }));
            close();
          }}
        >
          SVG
        </button>
      </div>
    </details>
  );
}

async function pngOf({ svg, width, height }: Figure): Promise<Blob> {
  const picture = new Image(width * density, height * density);
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    picture.src = url;
    await picture.decode();
    const canvas = new OffscreenCanvas(width * density, height * density);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await canvas.convertToBlob();
  } finally {
    URL.revokeObjectURL(url);
  }
}
