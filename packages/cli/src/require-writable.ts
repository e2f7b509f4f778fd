import { mkdir, rm, rmdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { TrazoError } from "trazo";
import { writeFileAtomically } from "trazo/node";
import type { CliText } from "./text/index.js";

/**
 * Finds out whether runs can be kept in a folder before anybody has trained for minutes. Leaves no folder behind that was not there.
 *
 * @param option the one that names the folder
 * @throws TrazoError when no file can be written there
 */
export async function requireWritable(
  folder: string,
  { errors }: CliText,
  option: "--out" | "--runs" = "--out",
): Promise<void> {
  const file = join(folder, `.writable-${process.pid}`);
  try {
    const made = await mkdir(folder, { recursive: true });
    await writeFileAtomically(file, "");
    await rm(file, { force: true });
    if (made !== undefined) await removeEmpty(resolve(folder), resolve(made));
  } catch (cause) {
    throw new TrazoError(errors.runsNotKept(folder, option), { cause });
  }
}

/** Removes a folder and those around it up to `outermost`, as long as they are empty: another command may have begun to use them. */
async function removeEmpty(folder: string, outermost: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch {
    return;
  }
  if (folder !== outermost) await removeEmpty(dirname(folder), outermost);
}
