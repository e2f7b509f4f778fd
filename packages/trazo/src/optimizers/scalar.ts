import { TrazoError } from "../errors.js";

/** The scalar of that name. @throws TrazoError when the caller gave none */
export function scalar<T>(scalars: Readonly<Record<string, T>>, name: string): T {
  const value = scalars[name];
  if (value === undefined)
    throw new TrazoError(`The update needs the scalar "${name}", but it was not given.`);
  return value;
}
