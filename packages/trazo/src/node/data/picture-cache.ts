import type { PictureCache } from "../../data/datasets/recipe.js";
import { inWords, TrazoError } from "../../errors.js";

/** @throws TrazoError when it is not a number of bytes */
export function requireCacheBytes(value: number, what: string): void {
  if (Number.isSafeInteger(value) && value >= 0) return;
  throw new TrazoError(`${what}: cacheBytes must be a number of bytes from 0, but got ${inWords(value)}.`);
}

/** Room for as many pictures as the bytes allow, the first ones; every thread that reads them shares it. */
export function pictureCache(count: number, size: number, bytes: number): PictureCache | undefined {
  const held = Math.min(count, Math.floor(bytes / size));
  if (held === 0) return undefined;
  // Memory that is not written to costs nothing yet.
  return {
    pixels: new Uint8Array(new SharedArrayBuffer(held * size)),
    isHeld: new Uint8Array(new SharedArrayBuffer(held)),
  };
}

/** Copies a picture that is held. @returns whether it was */
export function takeHeld(cache: PictureCache, index: number, into: Uint8Array): boolean {
  if (index >= cache.isHeld.length || Atomics.load(cache.isHeld, index) === 0) return false;
  into.set(cache.pixels.subarray(index * into.length, (index + 1) * into.length));
  return true;
}

/** Keeps a picture where there is room. Two threads that decode the same one write the same bytes. */
export function hold(cache: PictureCache, index: number, pixels: Uint8Array): void {
  if (index >= cache.isHeld.length) return;
  cache.pixels.set(pixels, index * pixels.length);
  Atomics.store(cache.isHeld, index, 1);
}
