import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { holdsRun, runFiles } from "@trazo/practice";
import { TrazoError } from "trazo";

/**
 * The file of the model that an argument names: the file itself, or the best model of a run's folder.
 *
 * @throws TrazoError for a folder that holds no model
 */
export function modelPath(path: string): string {
  if (!isFolder(path)) return path;
  const best = join(path, runFiles.bestModel);
  if (existsSync(best)) return best;
  throw new TrazoError(
    holdsRun(path)
      ? `The run in ${path} has no best model yet: it is kept when the first epoch has ended.`
      : `${path} is a folder without a ${runFiles.bestModel}. Give a model's file, or the folder of a run.`,
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
