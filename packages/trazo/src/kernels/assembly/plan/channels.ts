import { activationGradient, applyActivation, ceilingOf, floorOf, isClamp } from "./activations";
import { Map, mapRows, Sum, sumRows } from "./columns";
import { addRun } from "./vector";

/** y += bias (0: none), then the activation (see activations.ts). In place. */
export function biasActivation(y: usize, rows: usize, channels: usize, bias: usize, activation: i32): void {
  const limits = isClamp(activation);
  if (bias) {
    const low = limits ? floorOf(activation) : <f32>-Infinity;
    const high = limits ? ceilingOf(activation) : <f32>Infinity;
    mapRows(Map.Bias, true, y, 0, rows, channels, bias, 0, 0, low, high, y);
    if (limits) return;
  }
  applyActivation(y, y, rows * channels, activation);
}

/** dy times the slope of the activation, which the output y tells, in place; db (0: none) += its sums per channel. */
export function activationAdjoint(
  dy: usize,
  y: usize,
  rows: usize,
  channels: usize,
  activation: i32,
  db: usize,
): void {
  if (db == 0) {
    activationGradient(dy, dy, y, rows * channels, activation);
  } else if (activation == 1) {
    sumRows(Sum.Masked, dy, y, 0, rows, channels, 0, 0, 0, db, 0);
  } else {
    activationGradient(dy, dy, y, rows * channels, activation);
    sumRows(Sum.Values, dy, 0, 0, rows, channels, 0, 0, 0, db, 0);
  }
}

/** So many rows tell about where all lie. */
const SAMPLES: usize = 16;

/**
 * Adds x to the moments of the rows before: how many, their means, and the sums of the squares around these (Chan, Golub and LeVeque
 * 1983). One pass goes over x. It takes deviations from the means of a few rows, spread over all, so that values far from 0 lose no
 * digits. Writes over `work` [3, channels].
 */
export function addMoments(x: usize, rows: usize, channels: usize, work: usize, moments: usize): void {
  if (rows == 0) return;
  const pixel = channels * 4;
  const sums = work + pixel;
  const squares = sums + pixel;
  memory.fill(work, 0, 3 * pixel);
  const samples = min(rows, SAMPLES);
  for (let i: usize = 0; i < samples; i++) addRun(work, x + ((i * rows) / samples) * pixel, pixel);
  for (let c: usize = 0; c < pixel; c += 4) store<f32>(work + c, load<f32>(work + c) / <f32>samples);
  sumRows(Sum.Deviations, x, 0, 0, rows, channels, work, 0, 0, sums, squares);
  const before = <f64>load<f32>(moments);
  const count = <f64>rows;
  const total = before + count;
  for (let c: usize = 0; c < pixel; c += 4) {
    const sum = <f64>load<f32>(sums + c);
    const at = moments + 4 + c;
    const mean = <f64>load<f32>(at);
    const apart = <f64>load<f32>(work + c) + sum / count - mean;
    store<f32>(at, <f32>(mean + (apart * count) / total));
    const own = max<f64>(0, <f64>load<f32>(squares + c) - (sum * sum) / count);
    const between = (apart * apart * before * count) / total;
    store<f32>(at + pixel, <f32>(<f64>load<f32>(at + pixel) + own + between));
  }
  store<f32>(moments, <f32>total);
}

/** sums [2, channels] += dy, and dy (x - mean) */
export function channelProducts(
  dy: usize,
  x: usize,
  rows: usize,
  channels: usize,
  means: usize,
  sums: usize,
): void {
  sumRows(Sum.Products, dy, x, 0, rows, channels, means, 0, 0, sums, sums + 4 * channels);
}

/** As `channelProducts`, with 0 in place of dy where x factor + summand <= 0. */
export function maskedChannelProducts(
  dy: usize,
  x: usize,
  rows: usize,
  channels: usize,
  means: usize,
  factors: usize,
  sums: usize,
): void {
  const summands = factors + 4 * channels;
  sumRows(Sum.MaskedProducts, dy, x, 0, rows, channels, means, factors, summands, sums, sums + 4 * channels);
}

/** As `channelProducts`, with 0 in place of dy, also in memory, where z <= 0. */
export function gatedChannelProducts(
  dy: usize,
  x: usize,
  z: usize,
  rows: usize,
  channels: usize,
  means: usize,
  sums: usize,
): void {
  sumRows(Sum.GatedProducts, dy, x, z, rows, channels, means, 0, 0, sums, sums + 4 * channels);
}

/** y = x factor [+ the summand that lies behind the factors], then the activation. */
export function scaleChannels(
  x: usize,
  rows: usize,
  channels: usize,
  factors: usize,
  adds: i32,
  y: usize,
  activation: i32,
): void {
  const summands = factors + 4 * channels;
  const limits = isClamp(activation);
  const low = limits ? floorOf(activation) : <f32>-Infinity;
  const high = limits ? ceilingOf(activation) : <f32>Infinity;
  if (adds) mapRows(Map.Affine, true, x, 0, rows, channels, factors, summands, 0, low, high, y);
  else mapRows(Map.Scale, true, x, 0, rows, channels, factors, 0, 0, low, high, y);
  if (!limits) applyActivation(y, y, rows * channels, activation);
}

/** y = x factor + the summand that lies behind the factors + other, then an activation that limits. */
export function scaleChannelsAndAdd(
  x: usize,
  other: usize,
  rows: usize,
  channels: usize,
  factors: usize,
  y: usize,
  activation: i32,
): void {
  const summands = factors + 4 * channels;
  const low = floorOf(activation);
  const high = ceilingOf(activation);
  mapRows(Map.AffineSum, true, x, other, rows, channels, factors, summands, 0, low, high, y);
}

/** dx = a dy + b x + c with `factors` [3, channels] = a, b, c */
export function combineChannels(
  dy: usize,
  x: usize,
  rows: usize,
  channels: usize,
  factors: usize,
  dx: usize,
): void {
  const slopes = factors + 4 * channels;
  const summands = factors + 8 * channels;
  mapRows(Map.Combine, false, dy, x, rows, channels, factors, slopes, summands, 0, 0, dx);
}

/** As `combineChannels`, with 0 in place of dy where x factor + summand <= 0 with `mask` [2, channels]. */
export function combineMaskedChannels(
  dy: usize,
  x: usize,
  rows: usize,
  channels: usize,
  factors: usize,
  mask: usize,
  dx: usize,
): void {
  const slopes = factors + 4 * channels;
  const summands = factors + 8 * channels;
  const starts = mask + 4 * channels;
  mapRows(Map.CombineMasked, false, dy, x, rows, channels, factors, slopes, summands, 0, 0, dx, mask, starts);
}
