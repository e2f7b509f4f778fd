import { TrazoError } from "../errors.js";
import { reshape, transpose } from "../graph/ops.js";
import { multiplyDims } from "../graph/shape.js";
import type { Dim, Value } from "../graph/value.js";

/**
 * How the pixels of an image tensor lie in memory.
 * - `plain`: as the semantic graph says (`[batch, H, W, C]` for images).
 * - `channelsFirst`: `[batch, C, H, W]`.
 * - `pixels`: `[H, W, batch, C]`, the same pixel of a whole batch together.
 * - `tiles`: the image is cut into tiles of `rows` x `columns` pixels; a matrix
 *   `[batch * tiles, rows * columns * C]`, tiles in reading order, channels last within a tile.
 */
export type Layout =
  | { readonly kind: "plain" }
  | { readonly kind: "channelsFirst" }
  | { readonly kind: "pixels" }
  | { readonly kind: "tiles"; readonly rows: number; readonly columns: number };

export const plain: Layout = { kind: "plain" };
export const channelsFirst: Layout = { kind: "channelsFirst" };
export const pixels: Layout = { kind: "pixels" };

/** Size of an image tensor, whatever its layout. */
export interface ImageSize {
  readonly batch: Dim;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** A lowered value with its layout. */
export interface Feature {
  readonly value: Value;
  readonly layout: Layout;
  /** Absent for values that are not images. */
  readonly size?: ImageSize;
}

export function imageSize(semantic: Value): ImageSize | undefined {
  const { shape } = semantic;
  if (shape.length !== 4) return undefined;
  const [batch, height, width, channels] = shape;
  if (typeof height !== "number" || typeof width !== "number" || typeof channels !== "number")
    return undefined;
  return { batch: batch as Dim, height, width, channels };
}

function sameLayout(a: Layout, b: Layout): boolean {
  if (a.kind === "tiles" && b.kind === "tiles") return a.rows === b.rows && a.columns === b.columns;
  return a.kind === b.kind;
}

/** The same image in another layout. */
export function convert(feature: Feature, layout: Layout): Feature {
  if (sameLayout(feature.layout, layout)) return feature;
  const { size } = feature;
  if (!size) throw new TrazoError("Only images have a layout other than plain.");
  const asPlain = toPlain(feature.value, feature.layout, size);
  return { value: fromPlain(asPlain, layout, size), layout, size };
}

function toPlain(value: Value, layout: Layout, { batch, height, width, channels }: ImageSize): Value {
  if (layout.kind === "plain") return value;
  if (layout.kind === "channelsFirst") return transpose(value, [0, 2, 3, 1]);
  if (layout.kind === "pixels") return transpose(value, [2, 0, 1, 3]);
  const { rows, columns } = layout;
  const image = [batch, height, width, channels];
  // Tiles that span whole rows of one pixel's height already lie in reading order.
  if (rows === 1) return reshape(value, image);
  const cut = reshape(value, [batch, height / rows, width / columns, rows, columns, channels]);
  return reshape(transpose(cut, [0, 1, 3, 2, 4, 5]), image);
}

function fromPlain(value: Value, layout: Layout, { batch, height, width, channels }: ImageSize): Value {
  if (layout.kind === "plain") return value;
  if (layout.kind === "channelsFirst") return transpose(value, [0, 3, 1, 2]);
  if (layout.kind === "pixels") return transpose(value, [1, 2, 0, 3]);
  const { rows, columns } = layout;
  const down = height / rows;
  const across = width / columns;
  const matrix = [multiplyDims(batch, down * across), rows * columns * channels];
  if (rows === 1) return reshape(value, matrix);
  const cut = reshape(value, [batch, down, rows, across, columns, channels]);
  return reshape(transpose(cut, [0, 1, 3, 2, 4, 5]), matrix);
}
