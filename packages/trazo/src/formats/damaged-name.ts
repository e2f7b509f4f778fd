import { TrazoError } from "../errors.js";

/**
 * Refuses a file where something that Keras may leave out seems to be there under a damaged name: as long as the right one
 * and for the most part the same, or with characters that no one writes in a name. Anything else that is there is the user's own, and is left alone, as Keras does.
 *
 * @param wanted what Keras calls it, e.g. `training_config`
 * @param found the names that are there
 * @throws TrazoError naming `file` and both names
 */
export function refuseDamagedName(wanted: string, found: readonly string[], file: string): void {
  if (found.includes(wanted)) return;
  const damaged = found.find((name) => isDamaged(name, wanted));
  if (damaged === undefined) return;
  throw new TrazoError(
    `${file}: there is no "${wanted}", but ${JSON.stringify(damaged)}, which looks like a damaged name. ` +
      "Copy or download the file again, or restore it from a backup.",
  );
}

function isDamaged(name: string, wanted: string): boolean {
  if (name === "" || /[\p{Cc}\ufffd]/u.test(name)) return true;
  if (name.length !== wanted.length) return false;
  const same = [...wanted].filter((letter, i) => letter === name[i]).length;
  return same >= (2 / 3) * wanted.length;
}
