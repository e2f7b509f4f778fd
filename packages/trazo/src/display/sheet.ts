import type { PixelGrid } from "./png.js";

/** Images of one size whose values are 0 (black) to 255, row by row. */
export interface Pictures {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly images: readonly ArrayLike<number>[];
}

const gap = 4;
/** Small images are enlarged, pixel by pixel, to at least about this. */
const wantedSize = 56;
const paper = 255;

/** Images in rows of `columns`, on white paper. */
export function sheetOf({ width, height, channels, images }: Pictures, columns: number): PixelGrid {
  const scale = Math.max(1, Math.round(wantedSize / Math.max(width, height)));
  const [cellWidth, cellHeight] = [width * scale + gap, height * scale + gap];
  const across = Math.min(columns, images.length);
  const sheetWidth = across * cellWidth + gap;
  const sheetHeight = Math.ceil(images.length / across) * cellHeight + gap;
  const data = new Uint8Array(sheetWidth * sheetHeight * channels).fill(paper);
  for (const [i, image] of images.entries()) {
    const left = gap + (i % across) * cellWidth;
    const top = gap + Math.floor(i / across) * cellHeight;
    for (let y = 0; y < height * scale; y++) {
      const row = Math.floor(y / scale) * width;
      for (let x = 0; x < width * scale; x++) {
        const from = (row + Math.floor(x / scale)) * channels;
        const to = ((top + y) * sheetWidth + left + x) * channels;
        for (let c = 0; c < channels; c++) data[to + c] = image[from + c] as number;
      }
    }
  }
  return { width: sheetWidth, height: sheetHeight, channels, data };
}
