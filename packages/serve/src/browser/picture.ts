import { contextOf, newCanvas } from "./elements.js";

/** Pixels per side of what is sent instead of a file that the server does not take. */
const sentSide = 1024;

/** A picture that was chosen, dropped or pasted. */
export interface ChosenPicture {
  readonly file: File;
  /** In the middle of a white square; undefined when the browser cannot show it. */
  square(side: number): HTMLCanvasElement | undefined;
  /** A smaller PNG of it; undefined when the browser cannot show it. */
  smaller(): Promise<Blob | undefined>;
}

export async function readPicture(file: File): Promise<ChosenPicture> {
  const bitmap = await createImageBitmap(file).catch(() => undefined);
  const draw = (width: number, height: number): HTMLCanvasElement | undefined => {
    if (!bitmap) return undefined;
    const canvas = newCanvas(width, height);
    const context = contextOf(canvas);
    context.fillStyle = "#fff";
    context.fillRect(0, 0, width, height);
    const scale = Math.min(width / bitmap.width, height / bitmap.height);
    const [w, h] = [bitmap.width * scale, bitmap.height * scale];
    context.drawImage(bitmap, (width - w) / 2, (height - h) / 2, w, h);
    return canvas;
  };
  return {
    file,
    square: (side) => draw(side, side),
    async smaller() {
      if (!bitmap) return undefined;
      const scale = Math.min(1, sentSide / Math.max(bitmap.width, bitmap.height));
      const size = (length: number): number => Math.max(1, Math.round(length * scale));
      const canvas = draw(size(bitmap.width), size(bitmap.height));
      return canvas && (await toPng(canvas));
    },
  };
}

export function toPng(canvas: HTMLCanvasElement): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("The drawing cannot be sent."))));
  });
}

/**
 * Calls back with every picture that is chosen in an input, dropped on the page or pasted into it.
 *
 * @param signal ends that. Default: never
 */
export function onPicture(input: HTMLInputElement, open: (file: File) => void, signal?: AbortSignal): void {
  const options = signal ? { signal } : {};
  const openFirst = (files: Iterable<File> | null | undefined): void => {
    const [file] = files ?? [];
    if (file) open(file);
  };
  const mark = (isOver: boolean): void => void document.body.classList.toggle("dropping", isOver);
  input.addEventListener(
    "change",
    () => {
      openFirst(input.files);
      // So that the same file can be chosen again.
      input.value = "";
    },
    options,
  );
  document.addEventListener("paste", (event) => openFirst(event.clipboardData?.files), options);
  document.addEventListener(
    "dragover",
    (event) => {
      event.preventDefault();
      mark(true);
    },
    options,
  );
  document.addEventListener(
    "dragleave",
    (event) => {
      if (!event.relatedTarget) mark(false);
    },
    options,
  );
  document.addEventListener(
    "drop",
    (event) => {
      event.preventDefault();
      mark(false);
      openFirst(event.dataTransfer?.files);
    },
    options,
  );
}
