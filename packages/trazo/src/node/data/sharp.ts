import { TrazoError } from "../../errors.js";

/**
 * Sharp, which decodes pictures. It is loaded when the first picture is read, since most programs read none.
 *
 * @throws TrazoError when it is not installed
 */
export async function loadSharp() {
  try {
    return (await import("sharp")).default;
  } catch (cause) {
    throw new TrazoError(
      "Reading pictures needs the npm package sharp, which cannot be loaded. Install it: npm install sharp.",
      { cause },
    );
  }
}
