/** A decoded picture, row by row: bytes of red, green and blue, then of opacity where it has four channels. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
  readonly data: Uint8Array;
}

/**
 * Decodes every pixel of a picture file, turned upright as its camera says.
 *
 * @param name of the picture, for error messages
 * @throws TrazoError when it is of another format, damaged, or too large
 */
export type ImageDecoder = (bytes: Uint8Array, name: string) => Promise<DecodedImage>;
