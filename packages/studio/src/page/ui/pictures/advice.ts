import { leastForValidation, pictureLimits } from "../../../protocol/pictures.js";
import type { PictureClass } from "../../state/pictures.js";
import { counted, filled, isolated } from "../../texts/index.js";
import type { Texts } from "../../texts/texts.js";

/** With fewer pictures than this of a class a network learns the pictures rather than the class. */
const few = 20;
/** From here on the network is helped to weigh the smaller class as much. */
const uneven = 1.5;

/** Why the pictures cannot be trained with, or else what is to be said about them. */
export function adviceOn(
  classes: readonly PictureClass[],
  most: number,
  words: Texts["pictures"],
): { readonly problem: string | undefined; readonly hints: readonly string[] } {
  const filledClasses = classes.filter(({ pictures }) => pictures.length > 0);
  const counts = filledClasses.map(({ pictures }) => pictures.length);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const names = filledClasses.map(({ name }) => name.trim());
  const hints = (problem?: string, ...found: (string | false)[]) => ({
    problem,
    hints: found.filter((hint): hint is string => hint !== false),
  });
  const { least, most: mostClasses } = pictureLimits.classes;
  if (filledClasses.length < least || total < pictureLimits.pictures.least) return hints(words.needPictures);
  if (filledClasses.length > mostClasses) return hints(filled(words.tooManyClasses, { most: mostClasses }));
  if (names.includes("") || new Set(names).size < names.length) return hints(words.needNames);
  if (total > most) return hints(filled(words.tooMany, { total: counted(total), most: counted(most) }));
  const smallest = filledClasses[counts.indexOf(Math.min(...counts))] as PictureClass;
  const smallestCount = { name: isolated(smallest.name), count: smallest.pictures.length };
  const empty = classes.filter(({ pictures }) => pictures.length === 0).map(({ name }) => isolated(name));
  return hints(
    undefined,
    empty.length > 0 && filled(words.empty, { names: empty.join(", ") }),
    smallest.pictures.length < leastForValidation && filled(words.tooFewToValidate, smallestCount),
    smallest.pictures.length >= leastForValidation &&
      smallest.pictures.length < few &&
      filled(words.few, smallestCount),
    Math.max(...counts) > uneven * Math.min(...counts) && words.uneven,
  );
}
