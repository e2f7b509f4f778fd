import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { holdsRun, runFiles } from "@trazo/practice";
import { TrazoError } from "trazo";
import type { CliText } from "./text/index.js";

/**
 * The file of the model that an argument names: the file itself, or the best model of a run's folder.
 *
 * @throws TrazoError for a folder that holds no model
 */
export function modelPath(path: string, { errors }: CliText): string {
  if (!isFolder(path)) return path;
  const best = join(path, runFiles.bestModel);
  if (existsSync(best)) return best;
  throw new TrazoError(
    holdsRun(path) ? errors.noBestModelYet(path) : errors.folderWithoutModel(path, runFiles.bestModel),
  );
}

/** A path that cannot even be looked at is left to the reader of the file, which says why. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
