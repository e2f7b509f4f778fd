import { TrazoError } from "../errors.js";

/** The entry of a Keras file's metadata that names the classes, as JSON. */
export const classNamesKey = "trazo_classes";

/**
 * Checks names of classes, in the order of a model's outputs.
 *
 * @param refuse told what is wrong, throws
 */
export function checkClassNames(value: unknown, refuse: (reason: string) => never): readonly string[] {
  if (!Array.isArray(value) || value.length === 0) return refuse("they are not a list of names");
  const wrong = value.find((name) => typeof name !== "string" || name === "" || /\p{Cc}/u.test(name));
  if (wrong !== undefined) return refuse(`${JSON.stringify(wrong).slice(0, 60)} is not a plain name`);
  const twice = value.find((name, i) => value.indexOf(name) !== i);
  if (twice !== undefined) return refuse(`"${twice}" is listed twice`);
  return value as readonly string[];
}

/**
 * Reads the classes' names that a file holds as JSON.
 *
 * @param where the file and the place in it, for messages
 * @throws TrazoError when they are damaged
 */
export function parseClassNames(text: string, where: string): readonly string[] {
  const refuse = (reason: string): never => {
    throw new TrazoError(`${where} does not name the classes: ${reason}.`);
  };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse(`"${text.slice(0, 60)}" is not JSON`);
  }
  return checkClassNames(value, refuse);
}
