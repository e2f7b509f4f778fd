import { splitIndices } from "trazo";
import { leastForValidation } from "../../protocol/pictures.js";

/** A fifth of each class's pictures is left out of training, where it has enough of them. */
export function splitPictures(
  labels: readonly number[],
  seed: number,
): { readonly training: readonly number[]; readonly validation: readonly number[] } {
  const training: number[] = [];
  const validation: number[] = [];
  for (const label of new Set(labels)) {
    const places = labels.flatMap((one, place) => (one === label ? [place] : []));
    if (places.length < leastForValidation) {
      training.push(...places);
      continue;
    }
    const parts = splitIndices(places.length, { testSize: 0.2, randomState: seed });
    training.push(...Array.from(parts.train, (i) => places[i] as number));
    validation.push(...Array.from(parts.test, (i) => places[i] as number));
  }
  return { training, validation };
}
