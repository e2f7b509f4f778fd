/** Decoded bytes with red, green, blue and alpha. */
export interface RgbaPixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Limits of a decoder of pictures. */
export interface DecodeLimits {
  /** Pixels per side that the model reads. */
  readonly least: number;
  /** More are refused, as are pictures that need too much memory. */
  readonly maxPixels?: number | undefined;
}

/**
 * Decodes a picture file, turned as its camera says, shrunk to a size that is cheap to work on.
 *
 * @param name of the picture, for error messages
 * @throws TrazoError when it is of another format, damaged, or has too many pixels
 */
export type PictureDecoder = (bytes: Uint8Array, name: string, limits: DecodeLimits) => Promise<RgbaPixels>;
