import type { ElasticGrid } from "./elastic.js";

/** How one image is turned, moved and resized: Keras's `transform_parameters`. */
export interface ImageTransform {
  /** Rotation in degrees. Default 0. */
  readonly theta?: number | undefined;
  /** Shift in pixels along the columns; positive moves the content to the left. Default 0. */
  readonly tx?: number | undefined;
  /** Shift in pixels along the rows; positive moves the content up. Default 0. */
  readonly ty?: number | undefined;
  /** Shear angle in degrees. Default 0. */
  readonly shear?: number | undefined;
  /** Step between columns; above 1 the content shrinks. Default 1. */
  readonly zx?: number | undefined;
  /** Step between rows. Default 1. */
  readonly zy?: number | undefined;
  /** Mirrors left and right. Default false. */
  readonly flipHorizontal?: boolean | undefined;
  /** Mirrors top and bottom. Default false. */
  readonly flipVertical?: boolean | undefined;
  /** Bends the image: its pixels are taken from where a grid's points are moved. Default: none. */
  readonly elastic?: ElasticGrid | undefined;
  /** Added to every value, within the range that the image has. Default: none. */
  readonly channelShiftIntensity?: number | undefined;
  /** What the brightness is multiplied by, at last. Default: none. */
  readonly brightness?: number | undefined;
}

/** The pixel (row, column) comes from (rowOffset + rr row + rc column, columnOffset + cr row + cc column). */
export interface AffineMap {
  readonly rr: number;
  readonly rc: number;
  readonly cr: number;
  readonly cc: number;
  readonly rowOffset: number;
  readonly columnOffset: number;
}

/** Leaves every pixel where it is. */
export const identityMap: AffineMap = { rr: 1, rc: 0, cr: 0, cc: 1, rowOffset: 0, columnOffset: 0 };

/** A map on (x, y): two rows of three. */
type Matrix = readonly [number, number, number, number, number, number];

/**
 * Rotation, shift, shear and zoom about the image's center, in this order, as in Keras from 2.9 on
 * (`apply_affine_transform`). Undefined when they leave the image as it is.
 */
export function affineMap(transform: ImageTransform, height: number, width: number): AffineMap | undefined {
  const { theta = 0, tx = 0, ty = 0, shear = 0, zx = 1, zy = 1 } = transform;
  const factors: Matrix[] = [];
  if (theta !== 0) factors.push(rotation(radians(theta)));
  if (tx !== 0 || ty !== 0) factors.push([1, 0, tx, 0, 1, ty]);
  if (shear !== 0) factors.push([1, -Math.sin(radians(shear)), 0, 0, Math.cos(radians(shear)), 0]);
  if (zx !== 1 || zy !== 1) factors.push([zx, 0, 0, 0, zy, 0]);
  if (factors.length === 0) return undefined;
  // Keras centers by (height, width) although the map is on (x, y); they differ on images that are not square.
  const [centerX, centerY] = [height / 2 - 0.5, width / 2 - 0.5];
  const centered = product([1, 0, centerX, 0, 1, centerY], factors.reduce(product));
  const [xx, xy, x, yx, yy, y] = product(centered, [1, 0, -centerX, 0, 1, -centerY]);
  return { rr: yy, rc: yx, cr: xy, cc: xx, rowOffset: y, columnOffset: x };
}

const radians = (degrees: number): number => degrees * (Math.PI / 180);

function rotation(angle: number): Matrix {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  return [cosine, -sine, 0, sine, cosine, 0];
}

function product(a: Matrix, b: Matrix): Matrix {
  return [
    a[0] * b[0] + a[1] * b[3],
    a[0] * b[1] + a[1] * b[4],
    a[0] * b[2] + a[1] * b[5] + a[2],
    a[3] * b[0] + a[4] * b[3],
    a[3] * b[1] + a[4] * b[4],
    a[3] * b[2] + a[4] * b[5] + a[5],
  ];
}
