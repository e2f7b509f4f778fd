/** How the pixels of a resized picture come about, by Keras's names. */
export type Interpolation = "nearest" | "bilinear" | "bicubic" | "lanczos3" | "lanczos5" | "area";

/** A kernel: its weight at a distance from its center, and how far it reaches. */
export interface Kernel {
  readonly reach: number;
  weight(distance: number): number;
  /** Weights per pixel in TensorFlow's table, where it looks them up in one. */
  readonly steps?: number;
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/** Keys's cubic with a = -1/2, as TensorFlow and PIL have it (Keys 1981, "Cubic convolution interpolation"). */
function cubic(x: number): number {
  if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
  return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/** A sinc within a window that is one too (Duchon 1979). */
const lanczos = (reach: number): Kernel => ({
  reach,
  weight: (x) => (x < reach ? sinc(x) * sinc(x / reach) : 0),
});

/** The kernels of the interpolations that convolve. */
export const kernels: Readonly<Record<"bilinear" | "bicubic" | "lanczos3" | "lanczos5", Kernel>> = {
  bilinear: { reach: 1, weight: (x) => Math.max(0, 1 - x) },
  bicubic: { reach: 2, weight: cubic, steps: 1024 },
  lanczos3: lanczos(3),
  lanczos5: lanczos(5),
};

export const interpolations: readonly Interpolation[] = [
  "nearest",
  "bilinear",
  "bicubic",
  "lanczos3",
  "lanczos5",
  "area",
];
