import { TrazoError } from "../../errors.js";
import type { Dataset } from "./dataset.js";

/** The size of a dataset's pictures. @throws TrazoError when its samples are none */
export function imageShape(
  { x: { shape } }: Dataset,
  what: string,
): { readonly height: number; readonly width: number; readonly channels: number } {
  const [height, width, channels] = shape;
  if (shape.length === 3 && height && width && channels) return { height, width, channels };
  throw new TrazoError(
    `${what} takes pictures of shape [height, width, channels], but the samples have [${shape.join(", ")}].`,
  );
}
