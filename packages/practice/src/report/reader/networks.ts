import { drawnDigit, type ImageClassifier, kerasClassifier, tensor } from "trazo/web";
import { techniques } from "../../techniques/index.js";
import { unpackWeights } from "../packed-weights.js";

/** A network as the page holds it: its technique says what it is made of. */
export interface HeldNetwork {
  readonly technique: string;
  /** `packWeights`, as gzip in base64. */
  readonly weights: string;
}

/** What a network makes of a digit: a probability for each of ten. */
export type Reading = readonly number[];

/** The digit as MNIST has it: 28×28 bytes, ink light. */
export type Digit = Uint8Array;

/** Opens the networks that the page holds. */
export const openNetworks = (
  held: readonly HeldNetwork[],
): Promise<{ readonly technique: string; read(digit: Digit): Promise<Reading> }[]> =>
  Promise.all(
    held.map(async (network) => {
      const classifier = await opened(network);
      return {
        technique: network.technique,
        read: async (digit) => [...(await classifier.classify(tensor("uint8", [1, 28, 28, 1], digit))).data],
      };
    }),
  );

async function opened({ technique, weights }: HeldNetwork): Promise<ImageClassifier> {
  const found = techniques.find(({ name }) => name === technique);
  if (!found) throw new Error(`The page has a network of an unknown technique, ${technique}.`);
  const model = found.network({ seed: 0 });
  const shapes = model.namedWeights().map(({ shape }) => shape);
  model.setWeights(unpackWeights(await unzipped(weights), shapes));
  return await kerasClassifier(model, technique);
}

/** @param gray a drawing's gray levels, dark on light, row by row; undefined when nothing can be told from it yet */
export function digitOf(gray: Uint8Array, side: number): Digit | undefined {
  try {
    return drawnDigit(tensor("uint8", [side, side], gray)).data;
  } catch {
    // Nothing is drawn.
    return undefined;
  }
}

async function unzipped(text: string): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
