import { affineMap, type ImageTransform, identityMap } from "./affine.js";
import { elasticPoints } from "./elastic.js";
import type { FillMode } from "./fill.js";
import type { ImageMaps } from "./image-maps.js";
import type { ImageSize } from "./image-size.js";

/** How images are varied, for what makes them of others by itself, to the same bits as `writeBatch`. */
export interface ImageRecipe {
  /** See `Sampling`. */
  readonly order: 0 | 1;
  readonly fillMode: FillMode;
  readonly cval: number;
  /** Multiplies every value at last. 0: nothing does. */
  readonly rescale: number;
  /** Whether images are bent. */
  readonly bends: boolean;
}

/** Variation by a recipe. */
export interface RecipeVariation<Of extends readonly unknown[]> {
  readonly recipe: ImageRecipe;
  /** See `splineTable`. */
  splines(size: ImageSize): Float64Array;
  /** How some images are varied. */
  draw(...of: Of): DrawnImages;
}

/** How some images are varied, as what varies them itself takes it. */
export interface DrawnImages {
  /** See `imageRecords`. */
  records(): Float64Array;
  /** Where nothing but their pixels' places changes. */
  maps(): ImageMaps;
}

const headLength = 7;
/** What the first number of a record says, as a sum. */
const flags = { sampled: 1, mirrored: 2, upsideDown: 4, bent: 8 } as const;

/** How many numbers an image's record has. */
export const recordLength = ({ bends }: Pick<ImageRecipe, "bends">): number =>
  headLength + (bends ? 2 * elasticPoints : 0);

/**
 * What each image is made by, one record after the other: what is done, as a sum of `flags`; the map, rr, rc, cr, cc and the offsets of
 * row and column; and where images are bent how far each point of the grid moves down and across.
 *
 * @param transforms one each image; nothing but what moves pixels
 */
export function imageRecords(
  transforms: readonly ImageTransform[],
  { height, width }: Pick<ImageSize, "height" | "width">,
  recipe: Pick<ImageRecipe, "bends">,
): Float64Array {
  const length = recordLength(recipe);
  const records = new Float64Array(length * transforms.length);
  for (const [i, transform] of transforms.entries()) {
    const { flipHorizontal, flipVertical, elastic } = transform;
    const given = affineMap(transform, height, width) ?? (elastic && identityMap);
    const { rr, rc, cr, cc, rowOffset, columnOffset } = given ?? identityMap;
    const kind =
      (given ? flags.sampled : 0) +
      (flipHorizontal ? flags.mirrored : 0) +
      (flipVertical ? flags.upsideDown : 0) +
      (elastic ? flags.bent : 0);
    const at = i * length;
    records.set([kind, rr, rc, cr, cc, rowOffset, columnOffset], at);
    for (let point = 0; elastic && point < elasticPoints; point++) {
      records[at + headLength + 2 * point] = elastic.rows[point] as number;
      records[at + headLength + 2 * point + 1] = elastic.columns[point] as number;
    }
  }
  return records;
}
