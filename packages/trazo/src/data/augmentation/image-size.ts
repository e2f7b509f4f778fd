/** Of the images of a set. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Of images one after the other. */
export function sizeOfImages({ shape }: { readonly shape: readonly number[] }): ImageSize {
  const [, height = 0, width = 0, channels = 0] = shape;
  return { height, width, channels };
}
