import { splitIndices } from "trazo";
import { PracticeError } from "../failures/index.js";
import type { Inspection } from "./inspect.js";
import type { Part } from "./layout.js";

/** Shares of the pictures that are not for training, where the folders do not say. */
export const shares = { validation: 0.15, test: 0.15 } as const;

/** Which pictures are for what: their numbers in the inspection. */
export type PictureSplit = Readonly<Record<Part, readonly number[]>>;

/**
 * Splits the pictures: every class in the same proportion, and pictures that are there more than once on one side, so that none is
 * judged by what was learned by heart. Where the folders say what is for training, they are followed, and what they leave open is taken
 * from the training pictures.
 *
 * @throws PracticeError for a single class, and for one with fewer than three pictures, which cannot be in all three parts
 */
export function splitPictures(inspection: Inspection, seed: number): PictureSplit {
  const { pictures, hasParts, classNames, directory } = inspection;
  requireClasses(classNames, directory);
  const said = (part: Part): number[] =>
    Array.from(pictures.keys()).filter((i) => pictures[i]?.part === part);
  if (!hasParts) return divide(Array.from(pictures.keys()), inspection, seed, ["validation", "test"]);
  const [validation, test] = [said("validation"), said("test")];
  const missing = [
    ...(validation.length === 0 ? (["validation"] as const) : []),
    ...(test.length === 0 ? (["test"] as const) : []),
  ];
  const made = divide(said("train"), inspection, seed, missing);
  return {
    train: made.train,
    validation: validation.length === 0 ? made.validation : validation,
    test: test.length === 0 ? made.test : test,
  };
}

function divide(
  numbers: readonly number[],
  { pictures, classNames, lookAlikes }: Inspection,
  seed: number,
  parts: readonly ("validation" | "test")[],
): PictureSplit {
  const groupOf = new Map(
    lookAlikes.flatMap(({ pictures }) => pictures.map((i) => [i, pictures[0] as number])),
  );
  const split: Record<Part, number[]> = { train: [], validation: [], test: [] };
  for (const [label, name] of classNames.entries()) {
    const own = numbers.filter((i) => pictures[i]?.class === label);
    const groups = new Map<number, number[]>();
    for (const i of own) {
      const group = groupOf.get(i) ?? i;
      groups.set(group, [...(groups.get(group) ?? []), i]);
    }
    const keys = [...groups.keys()];
    requireEnough(keys.length, parts.length + 1, name);
    let left = keys.map((_, i) => i);
    for (const part of parts) {
      const count = Math.max(1, Math.round(shares[part] * keys.length));
      const { train, test } = splitIndices(left.length, { testSize: count, randomState: seed + label });
      for (const i of test) split[part].push(...(groups.get(keys[left[i] as number] as number) ?? []));
      left = Array.from(train, (i) => left[i] as number);
    }
    for (const i of left) split.train.push(...(groups.get(keys[i] as number) ?? []));
  }
  for (const part of Object.values(split)) part.sort((a, b) => a - b);
  return split;
}

function requireClasses([first = "", ...others]: readonly string[], directory: string): void {
  if (others.length > 0) return;
  throw new PracticeError(({ oneClass }) => oneClass(directory, first));
}

function requireEnough(count: number, least: number, name: string): void {
  if (count >= least) return;
  throw new PracticeError(({ tooFewOfClass }) => tooFewOfClass({ name, count, least }));
}

/** Pictures that are on more than one side of a split: what is measured on them is what was learned by heart. */
export function acrossSplits(
  { lookAlikes }: Pick<Inspection, "lookAlikes">,
  split: PictureSplit,
): { readonly pictures: readonly number[]; readonly parts: readonly Part[] }[] {
  const partOf = new Map(
    (["train", "validation", "test"] as const).flatMap((part) => split[part].map((i) => [i, part] as const)),
  );
  return lookAlikes.flatMap(({ pictures }) => {
    const parts = [...new Set(pictures.map((i) => partOf.get(i) as Part))];
    return parts.length > 1 ? [{ pictures, parts }] : [];
  });
}
