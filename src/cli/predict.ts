import { TrazoError } from "../errors.js";
import { divide, loadModel, nodeRuntime, readDigitImage, type Sequential } from "../index.js";

export interface PredictFlags {
  readonly threads?: number;
  readonly json?: boolean;
}

interface Guess {
  readonly label: number;
  readonly probability: number;
}

/** Prints the most probable classes of every picture. One that cannot be read is reported, and the others still shown. */
export async function predictImages(
  path: string,
  images: readonly string[],
  flags: PredictFlags,
): Promise<void> {
  const runtime = await nodeRuntime(flags.threads === undefined ? {} : { threads: flags.threads });
  const model = await loadModel(path, { runtime });
  for (const image of images) {
    try {
      const guesses = await guess(model, image);
      process.stdout.write(`${flags.json ? JSON.stringify({ image, guesses }) : line(image, guesses)}\n`);
    } catch (error) {
      if (!(error instanceof TrazoError)) throw error;
      process.stderr.write(`trazo: ${error.message}\n`);
      process.exitCode = 1;
    }
  }
  await model.dispose();
}

async function guess(model: Sequential, image: string): Promise<Guess[]> {
  const [height, width, channels] = model.inputShape;
  if (typeof height !== "number" || typeof width !== "number" || (channels !== 1 && channels !== 3)) {
    throw new TrazoError(
      `The model takes samples of shape [${model.inputShape.join(", ")}], which is no picture.`,
    );
  }
  const pixels = await readDigitImage(image, { height, width, channels });
  const { data } = await model.predict(divide(pixels, 255));
  return Array.from(data, (probability, label) => ({ label, probability })).sort(
    (a, b) => b.probability - a.probability,
  );
}

function line(image: string, guesses: readonly Guess[]): string {
  const percent = ({ label, probability }: Guess): string => `${label} (${(100 * probability).toFixed(1)} %)`;
  const [first, ...others] = guesses.slice(0, 3) as [Guess, ...Guess[]];
  return `${image}: ${percent(first)}, then ${others.map(percent).join(", ")}`;
}
