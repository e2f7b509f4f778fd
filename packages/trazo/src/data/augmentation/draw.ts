import { inWords, TrazoError } from "../../errors.js";
import type { RandomState } from "../../random/mt19937.js";
import type { ImageTransform } from "./affine.js";
import { type ElasticGrid, elasticPoints } from "./elastic.js";

/**
 * How far an image may be shifted: a fraction of its size (below 1) or pixels, both ways; a positive integer k
 * draws from 0, …, k - 1 pixels; a list draws one of its entries. The sign is drawn as well.
 */
export type ShiftRange = number | readonly number[];

/** The ranges that parameters are drawn from, uniformly. */
export interface TransformRanges {
  /** Degrees, both ways. Default 0. */
  readonly rotationRange?: number | undefined;
  /** Default 0. */
  readonly widthShiftRange?: ShiftRange | undefined;
  /** Default 0. */
  readonly heightShiftRange?: ShiftRange | undefined;
  /** Shear angle in degrees, both ways. Default 0. */
  readonly shearRange?: number | undefined;
  /** z for [1 - z, 1 + z], or [least, largest]; rows and columns are drawn separately. Default 0. */
  readonly zoomRange?: number | readonly [number, number] | undefined;
  /**
   * Pixels, both ways, by which each point of a grid of 4 x 4 cells over the image is moved, and what lies between them with
   * it. Not in Keras's generator; it is drawn after all else, so that the rest stays as Keras draws it. Default 0.
   */
  readonly elasticRange?: number | undefined;
  /** Added to all values of an image, both ways. Default 0. */
  readonly channelShiftRange?: number | undefined;
  /**
   * Least and largest factor of an image's brightness, whose values have to be 0 to 255 (or such bytes divided, by `divide`).
   * Default: none.
   */
  readonly brightnessRange?: readonly [number, number] | undefined;
  /** Mirrors half of the images left and right. Default false. */
  readonly horizontalFlip?: boolean | undefined;
  /** Mirrors half of the images top and bottom. Default false. */
  readonly verticalFlip?: boolean | undefined;
}

/** Draws one image's parameters, in the order in which Keras's `get_random_transform` does. */
export type DrawTransform = (random: RandomState, height: number, width: number) => ImageTransform;

/** @throws TrazoError when a range is none */
export function transformDrawer(ranges: TransformRanges): DrawTransform {
  const { horizontalFlip = false, verticalFlip = false } = ranges;
  const rotation = finite(ranges.rotationRange ?? 0, "rotationRange");
  const shear = finite(ranges.shearRange ?? 0, "shearRange");
  const elastic = finite(ranges.elasticRange ?? 0, "elasticRange");
  const channelShift = finite(ranges.channelShiftRange ?? 0, "channelShiftRange");
  const heightShift = shiftDrawer(ranges.heightShiftRange ?? 0, "heightShiftRange");
  const widthShift = shiftDrawer(ranges.widthShiftRange ?? 0, "widthShiftRange");
  const brightness = brightnessLimits(ranges.brightnessRange);
  const [least, largest] = zoomLimits(ranges.zoomRange ?? 0);
  const both = (random: RandomState, range: number): number =>
    range === 0 ? 0 : random.uniformBetween(-range, range);
  return (random, height, width) => {
    const theta = both(random, rotation);
    const tx = heightShift(random, height);
    const ty = widthShift(random, width);
    const angle = both(random, shear);
    const zooms = least !== 1 || largest !== 1;
    const zx = zooms ? random.uniformBetween(least, largest) : 1;
    const zy = zooms ? random.uniformBetween(least, largest) : 1;
    // Drawn even where images are not mirrored, as in Keras.
    const [left, top] = [random.uniform() < 0.5, random.uniform() < 0.5];
    return {
      theta,
      tx,
      ty,
      shear: angle,
      zx,
      zy,
      flipHorizontal: left && horizontalFlip,
      flipVertical: top && verticalFlip,
      channelShiftIntensity: channelShift === 0 ? undefined : both(random, channelShift),
      ...(brightness && { brightness: random.uniformBetween(brightness[0], brightness[1]) }),
      elastic: elastic === 0 ? undefined : drawGrid(() => both(random, elastic)),
    };
  };
}

function drawGrid(draw: () => number): ElasticGrid {
  // Loops: a hundred numbers for every image of a training, which `from` takes five times as long for.
  const rows = new Float64Array(elasticPoints);
  for (let i = 0; i < elasticPoints; i++) rows[i] = draw();
  const columns = new Float64Array(elasticPoints);
  for (let i = 0; i < elasticPoints; i++) columns[i] = draw();
  return { rows, columns };
}

function shiftDrawer(range: ShiftRange, name: string): (random: RandomState, size: number) => number {
  if (typeof range !== "number") {
    if (range.length === 0) throw new TrazoError(`${name} is an empty list: give at least one shift.`);
    for (const shift of range) finite(shift, name);
    const fractions = Math.max(...range) < 1;
    return (random, size) => {
      const shift = eitherWay(range[random.interval(range.length - 1)] as number, random);
      return fractions ? shift * size : shift;
    };
  }
  finite(range, name);
  if (range === 0) return () => 0;
  if (Number.isInteger(range) && range > 0) return (random) => eitherWay(random.interval(range - 1), random);
  const unit = (size: number): number => (range < 1 ? size : 1);
  return (random, size) => random.uniformBetween(-range, range) * unit(size);
}

const eitherWay = (shift: number, random: RandomState): number =>
  random.interval(1) === 0 ? 0 - shift : shift;

function zoomLimits(range: number | readonly [number, number]): readonly [number, number] {
  const limits = typeof range === "number" ? ([1 - range, 1 + range] as const) : range;
  if (limits.length === 2 && limits.every((limit) => Number.isFinite(limit) && limit > 0)) return limits;
  throw new TrazoError(
    `zoomRange must be a number below 1 or two positive numbers [least, largest], but got ${JSON.stringify(range)}.`,
  );
}

function brightnessLimits(
  range: readonly [number, number] | null | undefined,
): readonly [number, number] | undefined {
  if (range === undefined || range === null) return undefined;
  if (
    Array.isArray(range) &&
    range.length === 2 &&
    range.every((limit) => Number.isFinite(limit) && limit >= 0)
  ) {
    return range;
  }
  throw new TrazoError(
    `brightnessRange must be two non-negative numbers [least, largest], but got ${JSON.stringify(range)}.`,
  );
}

function finite(value: number, name: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new TrazoError(`${name} must be a finite number, but got ${inWords(value)}.`);
}
