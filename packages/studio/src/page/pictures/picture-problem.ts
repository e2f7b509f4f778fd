import type { Problem } from "../state/problem.js";
import { mostPixels, PictureTooLarge } from "./picture-size.js";

/** Why a file could not be opened. */
export const problemWith = ({ name }: File, error: unknown): Problem =>
  error instanceof PictureTooLarge ? { kind: "huge", name, most: mostPixels } : { kind: "unreadable", name };
