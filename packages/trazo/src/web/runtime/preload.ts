import { inWords, TrazoError } from "../../errors.js";
import { defaultThreads } from "./threads.js";

/** A part of the library that is loaded when it is first needed. */
export type LibraryPart = "training" | "kerasFiles";

const parts: Readonly<Record<LibraryPart, () => Promise<unknown>>> = {
  training: () =>
    Promise.all([
      import("../../plan/planning.js"),
      import("../../plan/operators/rare.js"),
      import("../../model/step-inputs.js"),
      import("../../model/non-finite.js"),
      ...(defaultThreads() > 1 ? [import("../generated/plan-thread.js")] : []),
    ]),
  kerasFiles: () =>
    Promise.all([
      // Imported here, the writer would split the chunk of what it shares with the reader.
      import("../../model/encode-model.js").then(({ hdf5Writer }) => hdf5Writer()),
      import("../../model/save.js"),
    ]),
};

/**
 * Loads a part of the library that would otherwise come when it is first needed, so that it is there even if the connection is lost
 * meanwhile.
 *
 * Browsers may remember that a file did not come: where it fails, a page is to be reloaded, and a worker replaced.
 *
 * @param part `"training"`: what `fit`, evaluating and predicting need with `webRuntime`, but not steps of your own; `"kerasFiles"`: what writes `.keras` and
 *   `.h5` files
 * @throws TrazoError for an unknown part, and the browser's error where a file does not come
 * @example
 * ```ts
 * import { preload } from "trazo/web";
 *
 * await preload("training");
 * // From here on the page can train without a connection.
 * ```
 */
export async function preload(part: LibraryPart): Promise<void> {
  if (!Object.hasOwn(parts, part)) {
    throw new TrazoError(`preload: part must be "training" or "kerasFiles", but got ${inWords(part)}.`);
  }
  await parts[part]();
}
