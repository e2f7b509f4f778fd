import { toBase64 } from "../../protocol/base64.js";
import { pixelsOf } from "./square.js";

/** A picture of a class. */
export interface Picture {
  readonly id: number;
  readonly blob: Blob;
  /** To show it. */
  readonly url: string;
  /** Alike for pictures that look alike, pixel by pixel. */
  readonly key: string;
}

/** Pixels per side by which pictures are told apart. */
const keySide = 16;
let count = 0;

export async function pictureOf(square: OffscreenCanvas): Promise<Picture> {
  return withUrl(await square.convertToBlob(), toBase64(pixelsOf(square, { side: keySide, channels: 3 })));
}

/** A picture that was kept. */
export const withUrl = (blob: Blob, key: string): Picture => ({
  id: ++count,
  blob,
  url: URL.createObjectURL(blob),
  key,
});

export const forget = ({ url }: Picture): void => URL.revokeObjectURL(url);
