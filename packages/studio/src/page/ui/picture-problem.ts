import { mostPixels, PictureTooLarge } from "../pictures/picture-size.js";
import { filled, isolated, texts } from "../texts/index.js";

/** Why a file could not be opened, and what to do. */
export function problemWith({ name }: File, error: unknown): string {
  const { pad, pictures } = texts.value;
  const names = isolated(name);
  return error instanceof PictureTooLarge
    ? filled(pictures.huge, { names, most: mostPixels / 1e6 })
    : filled(pad.unreadable, { name: names });
}
