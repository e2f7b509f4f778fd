import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import {
  describeScores,
  type Language,
  layoutOf,
  messageIn,
  readPictureRecord,
  scoresOf,
} from "@trazo/practice";
import {
  type ImageClassifier,
  nodeRuntime,
  openClassifier,
  picturePreparation,
  type Tensor,
  TrazoError,
  tensor,
} from "trazo";
import { readBytes, readPicture } from "trazo/node";
import type { EvaluateFlags } from "./evaluate.js";
import { modelPath } from "./model-path.js";
import { showNotes, showPictureNotes } from "./notes.js";
import { preparationOf } from "./preparation-options.js";
import type { Speech } from "./speech.js";
import type { CliText } from "./text/index.js";

/** Pictures with their classes. */
interface LabeledFiles {
  /** In words. */
  readonly what: string;
  readonly files: readonly string[];
  readonly classes: readonly number[];
  readonly classNames: readonly string[];
}

/**
 * The pictures that a model is to be measured on: those of a folder, else those that its run has kept for the test.
 *
 * @returns undefined where neither is known
 */
export async function picturesFor(
  path: string,
  images: string | undefined,
  text: CliText,
): Promise<LabeledFiles | undefined> {
  if (images !== undefined) return await inFolder(images, text);
  const record = readPictureRecord(dirname(path));
  if (!record) return undefined;
  const { directory, classNames, files } = record;
  if (!existsSync(directory)) {
    throw new TrazoError(text.errors.picturesGone(directory));
  }
  return {
    what: text.evaluate.testPictures(files.test.files.length, directory),
    files: files.test.files.map((file) => join(directory, file)),
    classes: files.test.classes,
    classNames,
  };
}

/** Where the folders say what is for the test, that; else all. */
async function inFolder(directory: string, text: CliText): Promise<LabeledFiles> {
  const { files, classNames, hasParts } = await layoutOf(directory);
  const tests = files.filter(({ part }) => part === "test");
  const chosen = hasParts && tests.length > 0 ? tests : files;
  return {
    what: text.evaluate.pictures(chosen.length, directory),
    files: chosen.map(({ file }) => join(directory, file)),
    classes: chosen.map((one) => one.class),
    classNames,
  };
}

/** Prints how well a model tells pictures. Those that cannot be read are named and left out. */
export async function evaluatePictures(
  name: string,
  pictures: LabeledFiles,
  flags: EvaluateFlags,
  { text, language }: Speech,
): Promise<void> {
  const path = modelPath(name, text);
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  const { output } = flags;
  const classifier = await openClassifier(path, { runtime, preparation: preparationOf(flags), output });
  try {
    showNotes(classifier, text);
    showPictureNotes(classifier, text);
    const numbers = numbersIn(classifier, pictures, path, text);
    const { probabilities, read } = await classify(classifier, pictures.files, language);
    const classes = read.map((i) => numbers[pictures.classes[i] as number] as number);
    if (classes.length === 0) throw new TrazoError(text.errors.noPictureReadable);
    process.stdout.write(`${pictures.what}\n`);
    process.stdout.write(
      `${describeScores(scoresOf(probabilities, classes, classifier.classes), language).join("\n")}\n`,
    );
  } finally {
    await classifier.dispose();
  }
}

/** The model's number of each of the folder's classes. */
function numbersIn(
  { classes }: ImageClassifier,
  { classNames }: LabeledFiles,
  path: string,
  { errors }: CliText,
): number[] {
  return classNames.map((name) => {
    const number = classes.indexOf(name);
    if (number >= 0) return number;
    throw new TrazoError(
      errors.unknownClass(
        path,
        name,
        `${classes.slice(0, 20).join(", ")}${classes.length > 20 ? ", …" : ""}`,
      ),
    );
  });
}

const batch = 64;

async function classify(
  classifier: ImageClassifier,
  files: readonly string[],
  language: Language,
): Promise<{ readonly probabilities: Tensor<"float32">; readonly read: readonly number[] }> {
  const { imageShape } = classifier;
  const size = imageShape.reduce((a, b) => a * b);
  const rows: Float32Array[] = [];
  const read: number[] = [];
  for (let first = 0; first < files.length; first += batch) {
    const images = await Promise.all(
      files.slice(first, first + batch).map((file) => pixelsOf(classifier, file, language)),
    );
    const readable = images.flatMap((pixels, i) => (pixels ? [{ pixels, file: first + i }] : []));
    if (readable.length === 0) continue;
    const bytes = new Uint8Array(readable.length * size);
    for (const [row, { pixels }] of readable.entries()) bytes.set(pixels, row * size);
    const { data } = await classifier.classify(tensor("uint8", [readable.length, ...imageShape], bytes));
    rows.push(data.slice());
    read.push(...readable.map(({ file }) => file));
  }
  const all = new Float32Array(read.length * classifier.classes.length);
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.length;
  }
  return { probabilities: tensor("float32", [read.length, classifier.classes.length], all), read };
}

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
