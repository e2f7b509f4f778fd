import { type Language, messageIn } from "@trazo/practice";
import { type ImageClassifier, picturePreparation, type Tensor, TrazoError, tensor } from "trazo";
import { readBytes, readPicture } from "trazo/node";

/** Pictures that could be read. */
export interface ReadPictures {
  /** As the classifier takes them. */
  readonly images: Tensor<"uint8">;
  /** Their places among the files. */
  readonly read: readonly number[];
}

/** Reads pictures as a classifier wants them. Those that cannot be read are named and left out. */
export async function readPictures(
  classifier: ImageClassifier,
  files: readonly string[],
  language: Language,
): Promise<ReadPictures> {
  const { imageShape } = classifier;
  const size = imageShape.reduce((a, b) => a * b);
  const found: { readonly pixels: Uint8Array; readonly place: number }[] = [];
  for (let first = 0; first < files.length; first += readAtOnce) {
    const some = files.slice(first, first + readAtOnce);
    const images = await Promise.all(some.map((file) => pixelsOf(classifier, file, language)));
    found.push(...images.flatMap((pixels, i) => (pixels ? [{ pixels, place: first + i }] : [])));
  }
  const bytes = new Uint8Array(found.length * size);
  for (const [row, { pixels }] of found.entries()) bytes.set(pixels, row * size);
  return {
    images: tensor("uint8", [found.length, ...imageShape], bytes),
    read: found.map(({ place }) => place),
  };
}

const readAtOnce = 64;

async function pixelsOf(
  classifier: ImageClassifier,
  file: string,
  language: Language,
): Promise<Uint8Array | undefined> {
  try {
    const preparation = picturePreparation(classifier);
    return (await readPicture(() => readBytes(file), file, classifier.imageShape, preparation)).image.data;
  } catch (error) {
    if (!(error instanceof TrazoError)) throw error;
    process.stderr.write(`trazo: ${messageIn(error, language)}\n`);
    process.exitCode = 1;
    return undefined;
  }
}
