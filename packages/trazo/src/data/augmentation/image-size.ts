/** Of the images of a set. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}
