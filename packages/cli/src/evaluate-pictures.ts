import { describeScores, type Language, scoresOf } from "@trazo/practice";
import { type ImageClassifier, nodeRuntime, openClassifier, type Tensor, TrazoError, tensor } from "trazo";
import type { EvaluateFlags } from "./evaluate.js";
import { type MeasuredFiles, numbersIn } from "./labeled-files.js";
import { modelPath } from "./model-path.js";
import { showNotes, showPictureNotes } from "./notes.js";
import { preparationOf } from "./preparation-options.js";
import { readPictures } from "./read-pictures.js";
import type { Speech } from "./speech.js";

/** Prints how well a model tells pictures. Those that cannot be read are named and left out. */
export async function evaluatePictures(
  name: string,
  pictures: MeasuredFiles,
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
    const { probabilities, read } = await classify(classifier, pictures.test.files, language);
    const classes = read.map((i) => numbers[pictures.test.classes[i] as number] as number);
    if (classes.length === 0) throw new TrazoError(text.errors.noPictureReadable);
    process.stdout.write(`${pictures.what}\n`);
    process.stdout.write(
      `${describeScores(scoresOf(probabilities, classes, classifier.classes), language).join("\n")}\n`,
    );
  } finally {
    await classifier.dispose();
  }
}

const batch = 64;

async function classify(
  classifier: ImageClassifier,
  files: readonly string[],
  language: Language,
): Promise<{ readonly probabilities: Tensor<"float32">; readonly read: readonly number[] }> {
  const rows: Float32Array[] = [];
  const read: number[] = [];
  for (let first = 0; first < files.length; first += batch) {
    const some = await readPictures(classifier, files.slice(first, first + batch), language);
    if (some.read.length === 0) continue;
    const { data } = await classifier.classify(some.images);
    rows.push(data.slice());
    read.push(...some.read.map((place) => first + place));
  }
  const all = new Float32Array(read.length * classifier.classes.length);
  let at = 0;
  for (const row of rows) {
    all.set(row, at);
    at += row.length;
  }
  return { probabilities: tensor("float32", [read.length, classifier.classes.length], all), read };
}
