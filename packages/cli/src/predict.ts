import type { ImageClassifier } from "trazo";
import { nodeRuntime, openClassifier, readDigitImage, TrazoError } from "trazo";
import { showNotes } from "./notes.js";

export interface PredictFlags {
  readonly threads?: number;
  readonly json?: boolean;
}

interface Guess {
  readonly label: number;
  readonly class: string;
  readonly probability: number;
}

/** Prints the most probable classes of every picture. One that cannot be read is reported, and the others still shown. */
export async function predictImages(
  path: string,
  images: readonly string[],
  flags: PredictFlags,
): Promise<void> {
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  const classifier = await openClassifier(path, { runtime });
  showNotes(classifier);
  for (const image of images) {
    try {
      const guesses = await guess(classifier, image);
      process.stdout.write(`${flags.json ? JSON.stringify({ image, guesses }) : line(image, guesses)}\n`);
    } catch (error) {
      if (!(error instanceof TrazoError)) throw error;
      process.stderr.write(`trazo: ${error.message}\n`);
      process.exitCode = 1;
    }
  }
  await classifier.dispose();
}

async function guess(classifier: ImageClassifier, image: string): Promise<Guess[]> {
  const [height, width, channels] = classifier.imageShape;
  const pixels = await readDigitImage(image, { height, width, channels });
  const { data } = await classifier.classify(pixels);
  return Array.from(data, (probability, label) => ({
    label,
    class: classifier.classes[label] as string,
    probability,
  })).sort((a, b) => b.probability - a.probability);
}

function line(image: string, guesses: readonly Guess[]): string {
  const percent = (one: Guess): string => `${one.class} (${(100 * one.probability).toFixed(1)} %)`;
  const [first, ...others] = guesses.slice(0, 3) as [Guess, ...Guess[]];
  return `${image}: ${percent(first)}, then ${others.map(percent).join(", ")}`;
}
