import { decodeBase64 } from "./base64.js";
import { inputKernelModule } from "./generated/input-module.js";
import { type WebAssemblyModule, webAssembly } from "./webassembly.js";

/** Kernels that make inputs; otherwise as `PlanKernels`. */
export type InputKernels = {
  /**
   * y [rows, height, width, channels] = images made of those of the source, bytes (`isBytes` 1) or float32, each by its own `length`
   * numbers of records, in float64: see `imageRecords`. The values are divided, and at last multiplied by `rescale` (0: they are not).
   *
   * `order` is 0 for the nearest pixel, 1 for bilinear; `outside` is a number of `fillNumbers`; splines is the table of
   * `splineTable`; scratch has as many bytes as `imageScratch` says.
   */
  sampleImages(
    ...args: [
      source: number,
      isBytes: number,
      records: number,
      length: number,
      rows: number,
      height: number,
      width: number,
      channels: number,
      order: number,
      outside: number,
      cval: number,
      divisor: number,
      rescale: number,
      splines: number,
      scratch: number,
      y: number,
    ]
  ): void;
  /** y = `count` values of a mask of dropout from number `first` on; the seed is two words. scratch has `maskScratch` bytes. */
  maskPart(seed: number, rate: number, first: number, count: number, scratch: number, y: number): void;
  /**
   * y = x times a mask from value `first` on, of which one bit each is kept in bits [count / 32]: `first` and `count` are multiples of
   * `valuesOfWord`. scratch has `maskScratch` bytes.
   */
  dropValues(
    ...args: [
      seed: number,
      rate: number,
      first: number,
      count: number,
      x: number,
      scratch: number,
      bits: number,
      y: number,
    ]
  ): void;
  /** dx = dy times that mask. dx may be dy. */
  dropValuesAdjoint(bits: number, rate: number, count: number, dy: number, dx: number): void;
};

/** What lies beyond an image's edge, by the numbers that kernels know it by. */
export const fillNumbers = { nearest: 0, constant: 1, reflect: 2, wrap: 3 } as const;

/** Bytes that the kernels of masks write over. */
export const maskScratch = 192;

/** Values of which the bits of a mask are one word. */
export const valuesOfWord = 32;

/** Bytes that `sampleImages` writes over. */
export function imageScratch(height: number, width: number, channels: number): number {
  const padded = 8 * (height + 1) * (width + 1) * channels;
  // The lines of a bent image: seven, of two float64 a pixel.
  return padded + 7 * 16 * width;
}

export const compileInputKernels = (): WebAssemblyModule =>
  new webAssembly.Module(decodeBase64(inputKernelModule));
