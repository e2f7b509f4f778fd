/** What running a model once may take. */
export interface RunLimits {
  /** Memory of everything that is computed. */
  readonly bytes: number;
  /** As many multiplications of a matrix product take as long. */
  readonly work: number;
}

/**
 * What one run of a model may take, by the size of its file. A file of some hundred bytes can state any number of pixels, channels and
 * copies; networks that are in use compute a few hundred multiplications for each byte of their weights, and hold a few bytes.
 */
export const runLimits = (fileBytes: number): RunLimits => ({
  bytes: Math.min(2 ** 28, 2 ** 27 + 16 * fileBytes),
  work: Math.min(1e11, 5e9 + 500 * fileBytes),
});
