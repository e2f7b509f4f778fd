/**
 * A message in which every known phrase is put into other words; what is not known stays.
 *
 * @param phrases what is looked for, and its other words, with `$1` for what varies
 */
export const translated = (message: string, phrases: readonly (readonly [RegExp, string])[]): string =>
  phrases.reduce((text, [phrase, words]) => text.replace(phrase, words), message);
