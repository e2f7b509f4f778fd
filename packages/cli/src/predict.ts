import { messageIn } from "@trazo/practice";
import { type ImageClassifier, nodeRuntime, openClassifier, picturePreparation, TrazoError } from "trazo";
import { readBytes, readPicture } from "trazo/node";
import { modelPath } from "./model-path.js";
import { showNotes, showPictureNotes } from "./notes.js";
import { type PreparationFlags, preparationOf } from "./preparation-options.js";
import type { Speech } from "./speech.js";
import type { CliText } from "./text/index.js";

export interface PredictFlags extends PreparationFlags {
  readonly threads?: number;
  readonly json?: boolean;
  readonly output?: string;
}

interface Guess {
  readonly label: number;
  readonly class: string;
  readonly probability: number;
}

/** Prints the most probable classes of every picture. One that cannot be read is reported, and the others still shown. */
export async function predictImages(
  model: string,
  images: readonly string[],
  flags: PredictFlags,
  { text, language }: Speech,
): Promise<void> {
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  const { output } = flags;
  const classifier = await openClassifier(modelPath(model, text), {
    runtime,
    output,
    preparation: preparationOf(flags),
  });
  showNotes(classifier, text);
  showPictureNotes(classifier, text);
  for (const image of images) {
    try {
      const { guesses, doubts } = await guess(classifier, image);
      const shown = flags.json
        ? JSON.stringify({ image, guesses, ...(doubts.length > 0 && { notes: doubts }) })
        : line(image, guesses, text);
      process.stdout.write(`${shown}\n`);
      if (!flags.json) showNotes({ notes: doubts.map((doubt) => `${image}: ${doubt}`) }, text);
    } catch (error) {
      if (!(error instanceof TrazoError)) throw error;
      process.stderr.write(`trazo: ${messageIn(error, language)}\n`);
      process.exitCode = 1;
    }
  }
  await classifier.dispose();
}

async function guess(
  classifier: ImageClassifier,
  path: string,
): Promise<{ readonly guesses: Guess[]; readonly doubts: readonly string[] }> {
  const { image, doubts } = await readPicture(
    () => readBytes(path),
    path,
    classifier.imageShape,
    picturePreparation(classifier),
  );
  const { data } = await classifier.classify(image);
  const guesses = Array.from(data, (probability, label) => ({
    label,
    class: classifier.classes[label] as string,
    probability,
  })).sort((a, b) => b.probability - a.probability);
  return { guesses, doubts };
}

function line(image: string, guesses: readonly Guess[], text: CliText): string {
  const percent = (one: Guess): string => `${one.class} (${(100 * one.probability).toFixed(1)} %)`;
  const [first, ...others] = guesses.slice(0, 3) as [Guess, ...Guess[]];
  return `${image}: ${text.predict.thenOthers(percent(first), others.map(percent).join(", "))}`;
}
