import { inWords, TrazoError } from "../errors.js";
import { requireTensor, type Tensor } from "../tensor.js";

/**
 * Checks pictures for a model that scales their pixels itself: scaled already, they would be scaled twice.
 *
 * @param imageShape height, width and channels that the model reads
 * @param where names the model in errors
 * @throws TrazoError for what are not bytes `[n, height, width, channels]` of that size
 */
export function requirePictures(images: Tensor, imageShape: readonly number[], where: string): void {
  requireTensor(images, `${where}: the pictures`);
  const { dtype, divisor = 1, shape } = images;
  if (dtype !== "uint8" || divisor !== 1) {
    const divided = divisor === 1 ? "" : ` divided by ${divisor}`;
    throw new TrazoError(
      `${where} takes pictures as uint8 pixels from 0 to 255 and scales them itself, but got ${inWords(images)}${divided}. ` +
        "Give the pictures as readImage reads them.",
    );
  }
  const [wanted, given] = [imageShape.join(", "), shape.slice(1).join(", ")];
  if (given === wanted) return;
  throw new TrazoError(`${where} reads pictures of shape [${wanted}], but these have [${given}].`);
}
