/** `batch_size`, `batchsize` and `batchSize` are the same name to a reader. */
export const plain = (name: string): string => name.replaceAll("_", "").toLowerCase();

/** Something that is asked for by one of several names. */
export interface Named {
  /** Trazo's name or Keras's class name first, then those that differ in more than case and underscores. */
  readonly names: readonly string[];
}

/**
 * The one that a name means. Losses, metrics, optimizers, initializers, regularizers and activations all follow this rule:
 * case and underscores do not matter, so Keras's `he_normal` and `HeNormal` are tfjs's `heNormal`.
 */
export function findNamed<T extends Named>(entries: readonly T[], name: string): T | undefined {
  return entries.find(({ names }) => names.some((known) => plain(known) === plain(name)));
}

/**
 * The name that was probably meant by one that does not exist: it differs in at most two letters, or goes on where the other ends.
 * Undefined where none is near, or several are.
 */
export function similarName(name: string, known: readonly string[]): string | undefined {
  const given = plain(name);
  const most = Math.min(2, Math.floor(given.length / 3));
  const distances = known.map((one) => editDistance(given, plain(one)));
  const least = Math.min(...distances);
  const near =
    least <= most
      ? known.filter((_, i) => distances[i] === least)
      : known.filter((one) => given.length > 3 && plain(one).startsWith(given));
  return near.length === 1 ? near[0] : undefined;
}

/** Begins what is said of the names that there are: with the one that was probably meant, or with nothing. */
export function meantAdvice(name: string, known: readonly string[]): string {
  const near = similarName(name, known);
  return near ? `Did you mean ${near}? ` : "";
}

/** How many letters have to be put in, left out or replaced to get from one word to the other (Levenshtein 1966). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] as number) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] as number) + 1, (next[j] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** Keras's way from a class name to a layer name: `AveragePooling2D` becomes `average_pooling2d`. */
export function snakeCase(className: string): string {
  return className
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/_(\d)d/g, "$1d");
}
