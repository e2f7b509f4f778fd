import {
  abs,
  add,
  cast,
  clip,
  div,
  gemm,
  greater,
  gridSample,
  less,
  mul,
  reshape,
  sub,
  transpose,
  where,
} from "../graph/ops.js";
import { staticDim } from "../graph/shape.js";
import type { Dim, Value } from "../graph/value.js";
import { tensor } from "../tensor.js";

/** What Keras's image layers put where an image has no pixels. */
export const fillModes = ["reflect", "constant", "wrap", "nearest"] as const;
export type FillMode = (typeof fillModes)[number];

export const interpolations = ["bilinear", "nearest"] as const;
export type Interpolation = (typeof interpolations)[number];

/** How images are read between their pixels and outside of them. */
export interface Sampling {
  readonly fillMode: FillMode;
  readonly interpolation: Interpolation;
  /** The value outside of the image with the fill mode `"constant"`. */
  readonly fillValue: number;
}

/** Height and width in pixels. */
export interface PictureSize {
  readonly height: number;
  readonly width: number;
}

/** A displacement in pixels, to the right and down, for the pixel (u, v) counted from the image's center. */
export type Displacement = (u: number, v: number) => readonly [x: number, y: number];

/**
 * Where the pixels of an output image look in the input: pixel (u, v) looks at `origin(u, v)` plus the sum of
 * `parameters[k] * directions[k](u, v)`, all counted from the center.
 */
export interface AffineMotion {
  /** `[batch, k]`: the numbers of every image, each from -1 to 1. */
  readonly parameters: Value;
  readonly directions: readonly Displacement[];
  readonly origin: Displacement;
}

/** Looking straight ahead. */
export const inPlace: Displacement = (u, v) => [u, v];

/**
 * Images `[batch, height, width, channels]` sampled at the places that a motion names, as TensorFlow's
 * ImageProjectiveTransformV3 reads them (the kernel behind Keras's random image layers). Only of two pixels that are equally
 * near, `"nearest"` may take the other one.
 */
export function sampleAffine(x: Value, motion: AffineMotion, sampling: Sampling): Value {
  const { fillMode, interpolation: mode, fillValue } = sampling;
  const [batch, , , channels] = x.shape as [Dim, Dim, Dim, Dim];
  const height = staticDim(x.shape, 1, "Image sampling");
  const width = staticDim(x.shape, 2, "Image sampling");
  const grid = reshape(gridOf[fillMode](motion, { height, width }), [batch, height, width, 2]);
  const paddingMode = fillMode === "constant" ? "zeros" : "border";
  const sample = (image: Value): Value => {
    // Where there is one channel, first and last are the same.
    if (channels === 1) {
      return reshape(
        gridSample(reshape(image, [batch, 1, height, width]), grid, { mode, paddingMode }),
        x.shape,
      );
    }
    return transpose(gridSample(transpose(image, [0, 3, 1, 2]), grid, { mode, paddingMode }), [0, 2, 3, 1]);
  };
  if (fillMode !== "constant" || fillValue === 0) return sample(x);
  // The zeros that the operator reads outside stand for the fill value.
  return add(sample(sub(x, fillValue)), fillValue);
}

/** Where GridSample is to look, `[batch, 2 * height * width]`: with its padding at the edges this makes up a fill mode. */
const gridOf: Readonly<Record<FillMode, (motion: AffineMotion, size: PictureSize) => Value>> = {
  constant: gridPlaces,
  nearest: gridPlaces,
  reflect: reflectedPlaces,
  wrap: wrappedPlaces,
};

/** GridSample counts an axis of n pixels from -1 to 1. */
const gridUnit = (length: number): number => 2 / length;
const pixelUnit = (): number => 1;
const centerOf = (length: number): number => (length - 1) / 2;

function gridPlaces(motion: AffineMotion, size: PictureSize): Value {
  return places(motion, size, gridUnit);
}

/**
 * x and y of where each output pixel looks, in reading order, from the center, in units of which a pixel along an axis of n
 * pixels has `unit(n)`. One matrix product makes them all.
 */
function places(
  { parameters, directions, origin }: AffineMotion,
  size: PictureSize,
  unit: (length: number) => number,
): Value {
  const row = (displacement: Displacement) => displacements(displacement, size, unit);
  const length = 2 * size.height * size.width;
  const rows = new Float32Array(directions.length * length);
  for (const [k, direction] of directions.entries()) rows.set(row(direction), k * length);
  const constant = (shape: readonly number[], values: Float32Array): Value =>
    parameters.graph.constant(tensor("float32", shape, values));
  return gemm(parameters, constant([directions.length, length], rows), {
    bias: constant([length], row(origin)),
  });
}

/** x and y of a displacement for each pixel, in reading order. */
function displacements(
  of: Displacement,
  { height, width }: PictureSize,
  unit: (length: number) => number,
): Float32Array {
  const values = new Float32Array(2 * height * width);
  for (let i = 0; i < height; i++) {
    for (let j = 0; j < width; j++) {
      const [x, y] = of(j - centerOf(width), i - centerOf(height));
      values.set([x * unit(width), y * unit(height)], 2 * (i * width + j));
    }
  }
  return values;
}

/**
 * Fill mode `"reflect"`: places outside of the image are mirrored at its edges, as often as the farthest needs. GridSample
 * could do that too, but then takes nearly twice as long.
 */
function reflectedPlaces(motion: AffineMotion, size: PictureSize): Value {
  let at = gridPlaces(motion, size);
  // The image reaches from -1 to 1; 2 clip(x) - x brings what lies within 3 of the center into it.
  for (let reach = reachOf(motion, size); reach > 1; reach -= 2) at = sub(mul(clip(at, -1, 1), 2), at);
  return at;
}

/** How far from the center anything can look, in halves of the image. */
function reachOf({ directions, origin }: AffineMotion, size: PictureSize): number {
  const reach = new Float32Array(2 * size.height * size.width);
  for (const displacement of [origin, ...directions]) {
    for (const [i, value] of displacements(displacement, size, gridUnit).entries()) {
      reach[i] = (reach[i] as number) + Math.abs(value);
    }
  }
  return reach.reduce((a, b) => Math.max(a, b), 0);
}

/**
 * Fill mode `"wrap"`, for which ONNX has no padding: places outside of the image are moved into it as TensorFlow moves them
 * (MapCoordinate in tensorflow/core/kernels/image/image_ops.h). Farther out this is not plain repetition: TensorFlow counts
 * the repetitions of n pixels by n - 1.
 */
function wrappedPlaces(motion: AffineMotion, size: PictureSize): Value {
  const { graph } = motion.parameters;
  const forEachAxis = (of: (length: number) => number): Value => {
    const values = displacements(() => [1, 1], size, of);
    return graph.constant(tensor("float32", [values.length], values));
  };
  const center = forEachAxis(centerOf);
  const length = forEachAxis((n) => n);
  const at = add(places(motion, size, pixelUnit), center);
  const last = forEachAxis((n) => n - 1);
  const period = forEachAxis((n) => Math.max(n - 1, 1));
  const repetitions = cast(cast(div(abs(at), period), "int32"), "float32");
  const above = sub(at, mul(length, repetitions));
  const below = add(at, mul(length, add(repetitions, 1)));
  const inside = where(greater(at, last), above, where(less(at, 0), below, at));
  return mul(sub(inside, center), forEachAxis(gridUnit));
}
