import { type AffineMap, affineMap, type ImageTransform, identityMap } from "./affine.js";
import type { FillMode } from "./fill.js";
import type { ImageSize } from "./image-size.js";

/** Fill modes with which a pixel changes little when its place does, so that other precisions give nearly the same. */
export type SmoothFillMode = Extract<FillMode, "nearest" | "reflect">;

/**
 * Where the pixels of varied images come from, for what samples them itself: one [row, column] each image, of the first pixel, and how
 * far it moves from a row to the next and from a column to the next.
 */
export interface ImageMaps {
  readonly offset: Float32Array;
  readonly down: Float32Array;
  readonly across: Float32Array;
}

/** @param transforms one each image; nothing but what moves pixels */
export function imageMaps(
  transforms: readonly ImageTransform[],
  { height, width }: Pick<ImageSize, "height" | "width">,
): ImageMaps {
  const maps = transforms.map((transform) => flipped(transform, height, width));
  const pairs = (pair: (map: AffineMap) => readonly [number, number]) =>
    Float32Array.from(maps.flatMap(pair));
  return {
    offset: pairs(({ rowOffset, columnOffset }) => [rowOffset, columnOffset]),
    down: pairs(({ rr, cr }) => [rr, cr]),
    across: pairs(({ rc, cc }) => [rc, cc]),
  };
}

/** A mirrored image takes its pixels in the other order. */
function flipped(transform: ImageTransform, height: number, width: number): AffineMap {
  let { rr, rc, cr, cc, rowOffset, columnOffset } = affineMap(transform, height, width) ?? identityMap;
  if (transform.flipHorizontal) {
    [rowOffset, columnOffset] = [rowOffset + rc * (width - 1), columnOffset + cc * (width - 1)];
    [rc, cc] = [-rc, -cc];
  }
  if (transform.flipVertical) {
    [rowOffset, columnOffset] = [rowOffset + rr * (height - 1), columnOffset + cr * (height - 1)];
    [rr, cr] = [-rr, -cr];
  }
  return { rr, rc, cr, cc, rowOffset, columnOffset };
}
