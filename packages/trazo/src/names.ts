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

/** Keras's way from a class name to a layer name: `AveragePooling2D` becomes `average_pooling2d`. */
export function snakeCase(className: string): string {
  return className
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replace(/_(\d)d/g, "$1d");
}
