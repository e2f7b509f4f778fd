/** Checksums, and what gzip and zip files need to be unpacked. */
export interface Bytes {
  /** 32 bytes. A promise, so that pages load it when a training is kept. */
  sha256(bytes: Uint8Array): Promise<Uint8Array>;
  crc32(bytes: Uint8Array): number;
  /**
   * Unpacks raw deflate data.
   *
   * @param most bytes that may come out
   * @throws an error when the data are damaged, or more comes out
   */
  inflateRaw(bytes: Uint8Array, most: number): Uint8Array;
  /**
   * Unpacks gzip data.
   *
   * @param most bytes that may come out; `"start"`: `bytes` is the beginning of longer data, and what it holds is given
   * @throws UnpackError when the data are damaged or cut off, or more comes out
   */
  gunzip(bytes: Uint8Array, most: number | "start"): Uint8Array;
}

/** Why data could not be unpacked. */
export class UnpackError extends Error {
  override name = "UnpackError";
  readonly reason: "cutOff" | "tooLong" | "damaged";

  constructor(reason: UnpackError["reason"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.reason = reason;
  }
}
